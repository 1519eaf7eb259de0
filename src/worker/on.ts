import { checkHandler } from '../child/checkHandler.js';
import { checkArgument } from '../model/check.js';
import { name } from '../model/checks.js';
import { handlers } from './events.js';

/**
 * Calls `handler` with the payload of each event of that name that the pool broadcasts. What it gives, or resolves to,
 * is the answer; of several handlers, the first answer that is not undefined.
 *
 * @returns a function that takes the handler back
 * @example
 * ```ts
 * import { on } from 'rxvisor/worker';
 *
 * on('reload', async (settings) => ({ reloaded: settings }));
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the user says what comes over the wire
export function on<T = unknown>(event: string, handler: (payload: T) => unknown): () => void {
  checkArgument('event', event, name);
  checkHandler(handler);
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- what comes over the wire is what the user says it is
  const typedHandler = handler as (payload: unknown) => unknown;
  const list = handlers.get(event) ?? new Set();
  handlers.set(event, list.add(typedHandler));
  return () => {
    list.delete(typedHandler);
    if (list.size === 0 && handlers.get(event) === list) handlers.delete(event);
  };
}
