import { inspect } from 'node:util';
import { addStopHandler } from '../../child/life.js';
import { isFailure } from '../../model/isFailure.js';
import { exitHandlers, type ExitHandlers } from '../exitHandlers.js';
import { failures } from '../../model/failures.js';
import type { ExitReason } from '../exitReason.js';

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
  const handlers = exitHandlers((error) => {
    process.stderr.write(`onExit handler: ${inspect(error)}\n`);
  });
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
