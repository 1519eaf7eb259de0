import { checkHandler } from '../child/manager.js';
import { onStopping } from '../child/onStopping.js';
import { printError, runHandlers } from '../child/runHandlers.js';
import { frames } from '../ipc/frames.js';
import type { Link } from './link.js';

const softHandlers: Set<() => unknown> = new Set<() => unknown>();
const hardHandlers: Set<() => unknown> = new Set<() => unknown>();

/** Runs the handlers when the pool says so: those for a soft stop, and then no others, or those for a hard one. */
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
