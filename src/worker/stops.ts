import { checkHandler } from '../child/manager.js';
import { onStopping } from '../child/onStopping.js';
import { printError, runHandlers } from '../child/runHandlers.js';
import { frames } from '../ipc/frames.js';
import type { Link } from './link.js';

const softHandlers: Set<() => unknown> = new Set<() => unknown>();
const hardHandlers: Set<() => unknown> = new Set<() => unknown>();

/** Runs the handlers at a stop: those for a soft stop, or those for a hard stop, never both. */
export function receiveStops(link: Link): void {
  let softly = false;
  link.on(frames.softStop, () => {
    softly = true;
    void runHandlers(softHandlers, onError).then(() => {
      link.send(frames.stopped, 0);
    });
  });
  onStopping(async () => (softly ? undefined : runHandlers(hardHandlers, onError)));
}

const onError = printError('stop handler');

/**
 * Calls `handler` before the pool ends this worker softly: by `softStop`, `resize` or `recycle`, when no request is open. The
 * handler is awaited without a limit. Then the process ends.
 *
 * @returns a function that removes the handler
 * @throws RxvisorError with code `ERR_OPTION`
 */
export function onSoftStop(handler: () => unknown): () => void {
  checkHandler(handler);
  softHandlers.add(handler);
  return () => {
    softHandlers.delete(handler);
  };
}

/**
 * Calls `handler` before this worker ends with open requests: by `hardStop`, by a signal, or because the manager has ended. The
 * handler is awaited for the `grace` of the spec, 200 ms by default. Then the process is killed.
 *
 * @returns a function that removes the handler
 * @throws RxvisorError with code `ERR_OPTION`
 */
export function onHardStop(handler: () => unknown): () => void {
  checkHandler(handler);
  hardHandlers.add(handler);
  return () => {
    hardHandlers.delete(handler);
  };
}
