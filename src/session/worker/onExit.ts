import { checkHandler } from '../../child/manager.js';
import { addStopHandler } from '../../child/onStopping.js';
import { printError } from '../../child/runHandlers.js';
import { isFailure } from '../../model/childEvent.js';
import { failures } from '../../model/runEnd.js';
import { type ExitHandler, type ExitHandlers, exitHandlers } from '../exitHandlers.js';
import type { ExitReason } from '../protocol.js';

/**
 * Calls `handler` when this process has to end. Its argument is the reason: `{ type }` with `stop`, `restart`, `sessionEnd`, or
 * `{ type: 'crash', error }`. A crash is an error after `reportCrashes()`, or a run that did not answer or was not ready in time.
 *
 * All handlers are called at once and awaited within the grace period (200 ms by default). A handler that throws or hangs does
 * not delay the others.
 *
 * @returns a function that removes the handler
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

/** The exit handlers of this process. They run once, whatever ends it. */
interface Exits extends Pick<ExitHandlers, 'add'> {
  /** Runs the handlers. A second call returns the promise of the first. */
  readonly run: (why: ExitReason) => Promise<void>;
  /** Whether the session ends: the reason of the next stop is then `sessionEnd`. */
  sessionEnds: boolean;
}

let known: Exits | undefined;

export function exits(): Exits {
  if (known !== undefined) return known;
  const handlers = exitHandlers(printError('onExit handler'));
  let running: Promise<void> | undefined;
  const made: Exits = {
    add: handlers.add,
    run: async (why) => (running ??= handlers.run(why)),
    sessionEnds: false,
  };
  addStopHandler(async (reason) => made.run(exitReasonOf(reason, made.sessionEnds)));
  return (known = made);
}

function exitReasonOf(reason: string, sessionEnds: boolean): ExitReason {
  if (isFailure(reason)) return { type: 'crash', error: { name: 'Error', message: failures[reason].message } };
  if (sessionEnds) return { type: 'sessionEnd' };
  return { type: reason === 'restart' ? 'restart' : 'stop' };
}
