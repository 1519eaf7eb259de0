import type { SchedulerLike } from 'rxjs';
import { settleWithin } from '../operators/deadline.js';
import { type ExitHandlers, exitHandlers } from './exitHandlers.js';
import type { ExitReason } from './protocol.js';

export interface MonitorExitsOptions {
  /** How long to wait for the handlers, in ms. */
  readonly grace: number;
  readonly scheduler: SchedulerLike;
  /** Called with each error that a handler throws. */
  readonly onFailed: (error: unknown) => void;
}

/** The exit handlers of a monitor. They run once at the end of each run, and once at the end of the session. */
export interface MonitorExits extends Pick<ExitHandlers, 'add'> {
  /** A run starts. */
  readonly onRunStart: () => void;
  /** The run ends. Only the first reason counts. */
  readonly onRunEnd: (why: ExitReason) => void;
  /** Runs the handlers. Resolves when they are done, and those of the last run. */
  readonly onSessionEnd: () => Promise<void>;
  /** Resolves when the running handlers are done, or the grace period is over. */
  readonly done: () => Promise<void>;
}

export function monitorExits({ grace, scheduler, onFailed }: MonitorExitsOptions): MonitorExits {
  const handlers = exitHandlers(onFailed);
  let hasEnded = false;
  let working: Promise<unknown> = Promise.resolve();
  let ending: Promise<void> | undefined;
  return {
    add: handlers.add,
    onRunStart: () => {
      hasEnded = false;
    },
    onRunEnd: (why) => {
      if (hasEnded || ending !== undefined) return;
      hasEnded = true;
      working = handlers.run(why);
    },
    onSessionEnd: async () => {
      ending ??= handlers.run({ type: 'sessionEnd' });
      await Promise.all([working, ending]);
    },
    done: async () => settleWithin(working, grace, scheduler),
  };
}

/** A promise, and the function that resolves it. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

/** `Promise.withResolvers`, which Node 20 does not have. */
export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
