import { tellManager } from './manager.js';

/**
 * Tells the manager that this process is ready, for children with `ready: 'message'`.
 *
 * @returns false when there is no manager
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { ready } from 'rxvisor/child';
 *
 * createServer().listen(8080, () => ready());
 * ```
 */
export function ready(): boolean {
  return tellManager({ rxvisor: 'ready' });
}
