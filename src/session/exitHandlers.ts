import { runHandlers } from '../child/runHandlers.js';
import { checkArgument } from '../model/check.js';
import { callback } from '../model/checks.js';
import type { ExitReason } from './protocol.js';

/** Called when a worker ends; may be async. */
export type ExitHandler = (why: ExitReason) => unknown;

/** The handlers that run when a worker ends. */
export interface ExitHandlers {
  /** Returns a function that removes the handler. */
  readonly add: (handler: ExitHandler) => () => void;
  /** Calls all handlers at the same time. Resolves when all are done. An error is reported, and delays no other handler. */
  readonly run: (why: ExitReason) => Promise<void>;
}

/** @param onFailed called with each error that a handler throws */
export function exitHandlers(onFailed: (error: unknown) => void): ExitHandlers {
  const handlers = new Set<ExitHandler>();
  return {
    add: (handler) => {
      checkArgument('handler', handler, callback);
      // A new function: a handler that is added twice is called twice.
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
