import { sendToManager } from './manager.js';

const listeners = new Set<() => void>();

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
  const isManaged = sendToManager({ rxvisor: 'ready' });
  for (const listener of listeners) listener();
  return isManaged;
}

/** Calls `listener` each time this process says that it is ready. */
export function onReady(listener: () => void): void {
  listeners.add(listener);
}
