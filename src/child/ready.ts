import { sendToManager } from './manager.js';

/**
 * Reports to the manager that this process is ready, for children with `ready: 'message'`.
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
  const isManaged = sendToManager({ rxvisor: 'ready' });
  for (const listener of listeners) listener();
  return isManaged;
}

const listeners = new Set<() => void>();

/** Calls `listener` at each call of {@link ready}. */
export function onReady(listener: () => void): void {
  listeners.add(listener);
}
