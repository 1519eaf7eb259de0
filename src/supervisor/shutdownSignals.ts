import { constants } from 'node:os';
import { type SchedulerLike, Subscription } from 'rxjs';
import { runHandlers } from '../child/runHandlers.js';
import type { Effects } from '../model/effects.js';
import { thrownText } from '../model/errors.js';
import type { Status } from '../model/status.js';
import { settleWithin } from '../operators/deadline.js';
import type { Supervisor } from './supervisor.js';

/** The part of Electron's `app` that a supervisor uses. */
export interface ElectronApp {
  on(event: 'before-quit', listener: (event: { readonly preventDefault: () => void }) => void): unknown;
  off(event: 'before-quit', listener: (event: { readonly preventDefault: () => void }) => void): unknown;
  quit(): void;
}

export interface ShutdownSignalsOptions {
  readonly effects: Effects;
  readonly scheduler: SchedulerLike;
  /** Whether signals stop the children. `'unlessHandled'`: only if no other code handles them. */
  readonly signals: boolean | 'unlessHandled';
  readonly app: ElectronApp | undefined;
  /** The maximum time for the handlers, in ms. */
  readonly grace: number;
  readonly handlers: ReadonlySet<() => unknown>;
  readonly stop: (grace?: number) => Promise<readonly Status[]>;
  /** Kills the children synchronously, when the process exits. */
  readonly kill: () => void;
}

export interface ShutdownSignals {
  /** Runs the handlers, then stops the children. */
  readonly stopAll: (grace?: number) => Promise<readonly Status[]>;
  /** Listens to the process only while there are children to stop. */
  readonly arm: (needed: boolean) => void;
}

/** Under npm and in some shells, one Ctrl-C arrives twice. The same signal within this time, in ms, is the same key press. */
const SAME_PRESS = 300;

const SHUTDOWN_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/** The key by which a signal handler of a supervisor is recognised, also one of another copy of this library. */
const SUPERVISOR = Symbol.for('rxvisor.supervisor');
/** The key of the signal handler of `rxvisor/child`. That handler ends the process when all supervisors are done. */
const CHILD = Symbol.for('rxvisor.child');

/**
 * Stops the children when the manager gets a signal that would end it, and kills them when the manager exits.
 *
 * Node does not end a process that handles a signal. So when the children have stopped, the handler is removed and the signal is
 * sent again; the shell sees the usual exit code 128 + n. PID 1 exits with that code itself. If other code handles the signal too,
 * that code decides what happens. If there are several supervisors, the last one to finish sends the signal.
 */
export function shutdownSignals(options: ShutdownSignalsOptions): ShutdownSignals {
  const { effects, scheduler, signals, app, grace, handlers, stop, kill } = options;
  const manager = effects.process;
  const onError = warnOf('onStopping', manager);
  let attached: Subscription | undefined;
  let needed = false;
  let shutdown: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
  let handlersCalled: Promise<void> | undefined;
  const signalHandler = Object.assign(onSignal, { [SUPERVISOR]: async () => stopAll() });

  return { stopAll, arm };

  async function stopAll(grace?: number): Promise<readonly Status[]> {
    if (handlers.size > 0) await (handlersCalled ??= callHandlers());
    return stop(grace);
  }

  function arm(now: boolean): void {
    needed = now;
    if (needed && attached === undefined) {
      attached = new Subscription();
      handlersCalled = undefined;
      // Before the listeners that read the remaining output: first the children are killed.
      manager.prependListener('exit', onExit);
      attached.add(() => manager.off('exit', onExit));
      if (app !== undefined) attached.add(delayQuit(app, stopAll));
      for (const signal of signals === false ? [] : SHUTDOWN_SIGNALS) {
        // Before all other listeners: Node removes a listener added by `once` before it calls it, and it must still be counted.
        manager.prependListener(signal, signalHandler);
        attached.add(() => manager.off(signal, signalHandler));
      }
    }
    // During a shutdown the handlers stay: the default action of a second signal would end the manager at once.
    if (!needed && shutdown === undefined) disarm();
  }

  function disarm(): void {
    attached?.unsubscribe();
    attached = undefined;
  }

  function onSignal(signal: NodeJS.Signals): void {
    const now = scheduler.now();
    const shared = isShared(signal);
    if (shared && signals === 'unlessHandled') return;
    if (shutdown === undefined) {
      shutdown = { signal, at: now };
      void stopAll().then(() => {
        finish(signal, shared);
      });
    } else if (signal !== shutdown.signal || Math.abs(now - shutdown.at) >= SAME_PRESS) {
      kill();
      finish(signal, shared);
    }
  }

  function finish(signal: NodeJS.Signals, shared: boolean): void {
    shutdown = undefined;
    disarm();
    if (shared) {
      arm(needed);
    } else {
      // A child may have been started since.
      kill();
      if (!manager.listeners(signal).some(isOurs)) exitBy(signal);
    }
  }

  /** The kernel drops signals with the default action if they are sent to PID 1 of a container. pid_namespaces(7) */
  function exitBy(signal: NodeJS.Signals): void {
    if (manager.pid === 1) manager.exit(128 + constants.signals[signal]);
    else manager.kill(manager.pid, signal);
  }

  /** Whether other code handles the signal. */
  function isShared(signal: NodeJS.Signals): boolean {
    const others = manager.listeners(signal).filter((listener) => !isOurs(listener));
    return others.length > signalExitCopies();
  }

  /** A handler that throws or hangs delays the stop by at most the grace period. */
  async function callHandlers(): Promise<void> {
    await settleWithin(runHandlers(handlers, onError), grace, scheduler);
  }

  function onExit(): void {
    if (handlersCalled === undefined) void runHandlers(handlers, onError);
    kill();
  }
}

/** Runs the `onStopAll` handlers, without a limit of time. The children stop also if one of them fails. */
export async function runStopAllHandlers(
  handlers: Iterable<Parameters<Supervisor['onStopAll']>[0]>,
  grace: number | undefined,
  manager: Effects['process'],
): Promise<void> {
  const calls = [...handlers].map((handler) => () => handler({ grace }));
  await runHandlers(calls, warnOf('onStopAll', manager));
}

function warnOf(handler: string, manager: Effects['process']): (error: unknown) => void {
  return (error) => {
    manager.emitWarning(`${handler} handler: ${thrownText(error)}`, 'RxvisorWarning');
  };
}

/**
 * Delays the quit of an Electron app until `stopAll` has resolved.
 *
 * Electron emits `before-quit` for `app.quit()` and for Quit in a menu. It does not emit it for `app.exit()`, nor on Windows when
 * the session of the user ends. https://www.electronjs.org/docs/latest/api/app#event-before-quit
 *
 * @returns a function that removes the listener
 */
export function delayQuit(app: ElectronApp, stopAll: () => Promise<unknown>): () => void {
  let stopping = false;
  const onBeforeQuit = (event: { readonly preventDefault: () => void }): void => {
    event.preventDefault();
    if (stopping) return;
    stopping = true;
    void stopAll().then(() => {
      remove();
      app.quit();
    });
  };
  const remove = (): void => {
    app.off('before-quit', onBeforeQuit);
  };
  app.on('before-quit', onBeforeQuit);
  return remove;
}

function isOurs(listener: object): boolean {
  return SUPERVISOR in listener || CHILD in listener;
}

/**
 * The number of listeners that the package signal-exit has on each signal: one for each loaded copy.
 *
 * These do not count as code that handles the signal. signal-exit sends the signal again as soon as there are no other listeners.
 * If both libraries waited for each other, no signal would end the process.
 *
 * Its emitter is global: a property of `process` up to version 3, a symbol of `globalThis` since.
 * https://github.com/tapjs/signal-exit
 */
function signalExitCopies(): number {
  return (
    listenerCount(Reflect.get(process, '__signal_exit_emitter__')) + listenerCount(Reflect.get(globalThis, emitter))
  );
}

const emitter = Symbol.for('signal-exit emitter');

function listenerCount(emitter: unknown): number {
  return typeof emitter === 'object' && emitter !== null && 'count' in emitter && typeof emitter.count === 'number'
    ? emitter.count
    : 0;
}
