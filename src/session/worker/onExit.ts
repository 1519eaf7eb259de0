import { checkHandler } from '../../child/manager.js';
import { addStopHandler } from '../../child/onStopping.js';
import { printError } from '../../child/runHandlers.js';
import { isFailure } from '../../model/childEvent.js';
import { failures } from '../../model/runEnd.js';
import { type ExitHandler, type ExitHandlers, exitHandlers } from '../exitHandlers.js';
import type { ExitReason } from '../protocol.js';

/** The end of this process: one, whatever the number of those who bring it about. */
interface Exits extends Pick<ExitHandlers, 'add'> {
  /** Runs the handlers, once. Later ones wait for the same run. */
  readonly run: (why: ExitReason) => Promise<void>;
  /** A stop that comes from here on is the end of the session. */
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
