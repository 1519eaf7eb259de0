import { runHandlers } from '../child/runHandlers.js';
import { checkArgument } from '../model/check.js';
import { callback } from '../model/checks.js';
import type { ExitReason } from './protocol.js';

export type ExitHandler = (why: ExitReason) => unknown;

/** What is to be done when a worker ends. */
export interface ExitHandlers {
  /** Gives a function that takes it back. */
  readonly add: (handler: ExitHandler) => () => void;
  /** Calls all of them, side by side. Resolves when all are done; one that throws is told of, and holds nobody. */
  readonly run: (why: ExitReason) => Promise<void>;
}

export function exitHandlers(onFailed: (error: unknown) => void): ExitHandlers {
  const handlers = new Set<ExitHandler>();
  return {
    add: (handler) => {
      checkArgument('handler', handler, callback);
      // Of its own: one that is added twice is called twice.
      const entry: ExitHandler = (why) => handler(why);
      handlers.add(entry);
      return () => {
        handlers.delete(entry);
      };
    },
    run: async (why) => {
      const calls = [...handlers].map((handler) => () => handler(why));
      await runHandlers(calls, onFailed);
    },
  };
}
