import { checkHandler } from '../child/checkHandler.js';
import { softHandlers } from './stops.js';

/**
 * Calls `handler` when the pool ends this worker softly: by `softStop`, `resize` or `recycle`, once nothing runs in it any
 * more. It is awaited, however long it takes; then the process ends.
 *
 * @returns a function that takes the handler back
 * @throws RxvisorError with code `ERR_OPTION`
 */
export function onSoftStop(handler: () => unknown): () => void {
  checkHandler(handler);
  softHandlers.add(handler);
  return () => {
    softHandlers.delete(handler);
  };
}
