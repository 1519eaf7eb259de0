import { constants } from 'node:os';
import { type SchedulerLike, Subscription } from 'rxjs';
import { runHandlers } from '../child/runHandlers.js';
import type { Effects } from '../model/effects.js';
import { thrownText } from '../model/errors.js';
import type { Status } from '../model/status.js';
import { settleWithin } from '../operators/deadline.js';

export interface ShutdownSignalsOptions {
  readonly effects: Effects;
  readonly scheduler: SchedulerLike;
  /** Whether signals stop the children; `'unlessHandled'`: only if nobody else handles them. */
  readonly signals: boolean | 'unlessHandled';
  readonly app: ElectronApp | undefined;
  /** How many ms the handlers have. */
  readonly grace: number;
  readonly handlers: ReadonlySet<() => unknown>;
  readonly stop: (grace?: number) => Promise<readonly Status[]>;
  /** Synchronously, as the process ends. */
  readonly kill: () => void;
}

export interface ShutdownSignals {
  /** The handlers, then the children. */
  readonly stopAll: (grace?: number) => Promise<readonly Status[]>;
  /** Listens to the process only while there is something to stop. */
  readonly arm: (needed: boolean) => void;
}

/** Under npm, and in some shells, one Ctrl-C arrives twice: the same signal within this many ms is the same press. */
const SAME_PRESS = 300;

const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/** Marks the handlers of supervisors, of other copies of this library too, with what stops their children. */
const SUPERVISOR = Symbol.for('rxvisor.supervisor');
/** Marks the handler of `rxvisor/child`, which ends the process itself, once supervisors have done their part. */
const CHILD = Symbol.for('rxvisor.child');

/**
 * Ties the children to the life of the manager: stops them when a signal would end it, kills them when it exits.
 *
 * Node does not end a process that handles a signal, so once the children are gone the signal is sent again, without
 * our handler, and the shell sees the usual 128 + n. PID 1 exits with that code. If somebody else handles it too, that is for them to decide; of
 * several supervisors the last one to finish sends it.
 */
export function shutdownSignals(options: ShutdownSignalsOptions): ShutdownSignals {
  const { effects, scheduler, signals, app, grace, handlers, stop, kill } = options;
  const manager = effects.process;
  let attached: Subscription | undefined;
  let needed = false;
  let pressed: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
  let calling: Promise<void> | undefined;
  const signalled = Object.assign(onSignal, { [SUPERVISOR]: async () => stopAll() });

  return { stopAll, arm };

  async function stopAll(grace?: number): Promise<readonly Status[]> {
    if (handlers.size > 0) await (calling ??= callHandlers());
    return stop(grace);
  }

  function arm(now: boolean): void {
    needed = now;
    if (needed && attached === undefined) {
      attached = new Subscription();
      calling = undefined;
      // Ahead of those who read what the children have written up to their end.
      manager.prependListener('exit', onExit);
      attached.add(() => manager.off('exit', onExit));
      if (app !== undefined) attached.add(delayQuit(app, stopAll));
      for (const signal of signals === false ? [] : ENDING) {
        // Ahead of the others: one that was added by `once` is not to be seen any more when its turn has come.
        manager.prependListener(signal, signalled);
        attached.add(() => manager.off(signal, signalled));
      }
    }
    // While a signal is being obeyed, the handlers stay: a second one must not find the default action.
    if (!needed && pressed === undefined) disarm();
  }

  function disarm(): void {
    attached?.unsubscribe();
    attached = undefined;
  }

  function onSignal(signal: NodeJS.Signals): void {
    const now = scheduler.now();
    const shared = isShared(signal);
    if (shared && signals === 'unlessHandled') return;
    if (pressed === undefined) {
      pressed = { signal, at: now };
      void stopAll().then(() => {
        passOn(signal, shared);
      });
    } else if (signal !== pressed.signal || Math.abs(now - pressed.at) >= SAME_PRESS) {
      kill();
      passOn(signal, shared);
    }
  }

  function passOn(signal: NodeJS.Signals, shared: boolean): void {
    pressed = undefined;
    disarm();
    if (shared) {
      arm(needed);
    } else {
      // Somebody may have started a child since.
      kill();
      if (!manager.listeners(signal).some(isOurs)) endBy(signal);
    }
  }

  /** The kernel drops a signal to PID 1 of a container whose action is the default one: pid_namespaces(7). */
  function endBy(signal: NodeJS.Signals): void {
    if (manager.pid === 1) manager.exit(128 + constants.signals[signal]);
    else manager.kill(manager.pid, signal);
  }

  /** Whether somebody else decides what the signal does. */
  function isShared(signal: NodeJS.Signals): boolean {
    const others = manager.listeners(signal).filter((listener) => !isOurs(listener));
    return others.length > signalExitCopies();
  }

  /** A handler that throws or hangs holds up nobody for longer than the grace. */
  async function callHandlers(): Promise<void> {
    await settleWithin(runHandlers(handlers, onError), grace, scheduler);
  }

  function onError(error: unknown): void {
    manager.emitWarning(`onStopping handler: ${thrownText(error)}`, 'RxvisorWarning');
  }

  function onExit(): void {
    if (calling === undefined) void runHandlers(handlers, onError);
    kill();
  }
}

function isOurs(listener: object): boolean {
  return SUPERVISOR in listener || CHILD in listener;
}

/**
 * How many listeners the package signal-exit has on each signal: one for each loaded copy. It passes a signal on as soon
 * as nobody else listens, so it is not somebody who handles signals: two such libraries that take each other for one would
 * make a process that no signal ends.
 *
 * Its emitter is global, by one name up to version 3 and by another since: https://github.com/tapjs/signal-exit
 */
function signalExitCopies(): number {
  return countOf(Reflect.get(process, '__signal_exit_emitter__')) + countOf(Reflect.get(globalThis, emitter));
}

const emitter = Symbol.for('signal-exit emitter');

function countOf(emitter: unknown): number {
  return typeof emitter === 'object' && emitter !== null && 'count' in emitter && typeof emitter.count === 'number'
    ? emitter.count
    : 0;
}

/** What is needed of Electron's `app`. */
export interface ElectronApp {
  on(event: 'before-quit', listener: (event: { readonly preventDefault: () => void }) => void): unknown;
  off(event: 'before-quit', listener: (event: { readonly preventDefault: () => void }) => void): unknown;
  quit(): void;
}

/**
 * Puts off the end of an Electron app until `stopAll` has resolved; gives a function that no longer does.
 *
 * Electron emits `before-quit` for `app.quit()` and the user's Quit, but not for `app.exit()`, nor on Windows when the
 * session ends: https://www.electronjs.org/docs/latest/api/app#event-before-quit
 */
export function delayQuit(app: ElectronApp, stopAll: () => Promise<unknown>): () => void {
  let stopping = false;
  const onBeforeQuit = (event: { readonly preventDefault: () => void }): void => {
    event.preventDefault();
    if (stopping) return;
    stopping = true;
    void stopAll().then(() => {
      giveUp();
      app.quit();
    });
  };
  const giveUp = (): void => {
    app.off('before-quit', onBeforeQuit);
  };
  app.on('before-quit', onBeforeQuit);
  return giveUp;
}
