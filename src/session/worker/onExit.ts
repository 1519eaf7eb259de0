import { checkHandler } from '../../child/checkHandler.js';
import type { ExitHandler } from '../exitHandlers.js';
import { exits } from './exits.js';

/**
 * Calls `handler` when this process is to end, with why: `{ type: 'crash', error }` (after `reportCrashes()`, and when it did
 * not answer or was not ready in time), `stop`, `restart` or `sessionEnd`. Handlers run side by side and are awaited within the
 * grace (200 ms by default); one that hangs or throws holds nobody.
 *
 * @returns a function that takes the handler back
 * @throws RxvisorError with code `ERR_OPTION`
 * @example
 * ```ts
 * import { onExit } from 'rxvisor/session/worker';
 *
 * onExit((why) => {
 *   console.log(why.type === 'crash' ? why.error.message : why.type);
 * });
 * ```
 */
export function onExit(handler: ExitHandler): () => void {
  checkHandler(handler);
  return exits().add(handler);
}
