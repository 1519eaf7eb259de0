import { checkHandler } from '../child/checkHandler.js';
import { hardHandlers } from './stops.js';

/**
 * Calls `handler` when this worker is ended without waiting for its requests: by `hardStop`, by a signal, or because the
 * manager is gone. It is awaited for the grace of the spec, 200 ms by default; then the process is killed.
 *
 * @returns a function that takes the handler back
 * @throws RxvisorError with code `ERR_OPTION`
 */
export function onHardStop(handler: () => unknown): () => void {
  checkHandler(handler);
  hardHandlers.add(handler);
  return () => {
    hardHandlers.delete(handler);
  };
}
