import { BehaviorSubject, share, Subject } from 'rxjs';
import { RxvisorError } from '../model/errors.js';
import type { ChildSpec } from '../model/spec/childSpec.js';
import type { Status } from '../model/status.js';
import { planChild } from '../supervisor/planChild.js';
import { supervise, type SupervisorEvent } from '../supervisor/supervise.js';
import { channel } from './channel.js';
import { createConsole } from './console/createConsole.js';
import { checkRepl, type SessionConsole, startRepl } from './console/startRepl.js';
import { crashes } from './crashes.js';
import { deferred, monitorExits } from './monitorExits.js';
import { claimMonitor, delaySignalExit } from './monitorProcess.js';
import { notifyOfCrashes } from './notify/notify.js';
import { checkEnd, type EndOptions } from './protocol.js';
import type { AnyContract, Contract } from './rpc/contract.js';
import {
  type Session,
  type SessionBase,
  type SessionEnd,
  type SessionEvent,
  sessionEventText,
  type SetOptions,
} from './sessionBase.js';
import { sessionHeartbeat$, workerHeartbeat$ } from './sessionHeartbeat$.js';
import { checkRestart, checkSet, planSession, type RestartOptions, type SessionOptions } from './sessionOptions.js';
import { changeSetting, withSessionEnv } from './settings.js';
import { workerEnd$, workerLink } from './workerLink.js';

/**
 * Keeps a server running, reports its crashes, and changes its settings at run time. This is the monitor's side; the worker calls
 * `worker()` of `rxvisor/session/worker`. A program without that also works, but reports nothing itself.
 *
 * A session is a supervisor of one child, with `heartbeat$`, {@link crashes}, `notify` and {@link channel}.
 *
 * @param spec the worker
 * @param options see {@link SessionOptions}
 * @throws SpecError, and RxvisorError with code `ERR_OPTION`, before any effect; with code `ERR_SESSION` for a second session in
 * one process, and in a worker
 * @example
 * ```ts
 * import { session } from 'rxvisor/session';
 *
 * const { ended, repl } = session(
 *   { name: 'web', script: 'server.js', grace: 5_000 },
 *   { ports: { server: 8080 }, heartbeat: { port: 'server', route: '/health' }, polling: 5_000 },
 * );
 * await repl();
 * process.exit((await ended).exitCode);
 * ```
 */
export function session<Theirs extends Contract<Theirs> = AnyContract, Ours extends Contract<Ours> = AnyContract>(
  spec: ChildSpec,
  options: SessionOptions = {},
): Session<Theirs, Ours> {
  const { key, grace, effects, scheduler, print, settings: given } = planSession(options);
  // Checks the options before any effect.
  planChild(spec);
  const release = claimMonitor(effects);
  let settings = given;
  // The settings at the start of the run.
  let startSettings = given;
  let ending: SessionEnd | undefined;
  let finishing = false;
  const { promise: ended, resolve: resolveEnded } = deferred<SessionEnd>();
  const { promise: hurryEnd, resolve: hurry } = deferred<unknown>();
  const warn = (source: string) => (failure: unknown) =>
    effects.process.emitWarning(`${source}: ${String(failure)}`, 'RxvisorWarning');
  const error = warn('session');
  const exits = monitorExits({ grace, scheduler, onFailed: warn('onExit handler') });
  // A removed child has ended, too.
  const isOver = (): boolean => supervisor.describe(id).every(({ status }) => /^(stopped|failed)$/.test(status.state));
  const sessionEffects = delaySignalExit(effects, { isOver, ended, scheduler });
  const supervisor = supervise([], {
    effects: withSessionEnv(sessionEffects, () => {
      exits.onRunStart();
      return { key, settings: (startSettings = settings) };
    }),
    scheduler,
    grace,
    signals: options.signals,
  });
  // Only endSession ends a session: a worker that exits, with code 0 too, is replaced.
  const child = supervisor.start({ ...spec, restartOn: spec.restartOn ?? 'exit' });
  const { id, name = 'worker' } = child;
  const target = { event$: child.event$, send: (message: unknown) => void supervisor.send(id, message) };
  const ipc = channel<Theirs, Ours>(target, { scheduler });
  const link = workerLink(target, {
    scheduler,
    settings: () => settings,
    onNotice: (text) => emit({ type: 'notice', text }),
    onEnd: ({ reason, graceful, exitCode }) => void endBy({ reason, exitCode }, graceful),
  });

  const event$ = new Subject<SessionEvent>();
  const polling$ = new BehaviorSubject(given.polling ?? 0);
  const poll$ = new Subject<void>();
  const crash$ = child.event$.pipe(crashes(scheduler), share());
  supervisor.onStopping(async () => {
    ending ??= { reason: 'stopped', exitCode: 0 };
    link.ending();
    void finish(ending);
    await exits.onSessionEnd();
  });
  const notified = notifyOfCrashes(crash$, options.notify ?? [], {
    key,
    scheduler,
    throttle: options.throttle,
    onFailed: (failure) => emit({ type: 'notifyFailed', message: String(failure) }),
  });
  child.event$.subscribe({ next: onEvent, error });
  crash$.subscribe({
    next: (report) => {
      emit({ type: 'crashed', report });
      exits.onRunEnd({ type: 'crash', error: report.error });
    },
    error,
  });
  const heartbeatOptions = { every$: polling$, now$: poll$, effects, scheduler };
  workerHeartbeat$(child.event$, () => sessionHeartbeat$(options.heartbeat, startSettings, heartbeatOptions)).subscribe(
    {
      next: (event) => {
        emit(event);
        if (event.type === 'unresponsive') supervisor.fail(id, 'liveness');
      },
      error,
    },
  );
  workerEnd$(child).subscribe({
    next: (end) => void finish(end),
    error,
    complete: () => void finish({ reason: 'the worker was removed', exitCode: 0 }),
  });

  const made: SessionBase = {
    supervisor,
    child,
    event$: event$.asObservable(),
    crash$,
    key,
    settings: () => settings,
    set,
    restart,
    endSession,
    ended,
    onExit: exits.add,
    get console() {
      return console;
    },
    repl: async (given = {}) => startRepl(made.console, { ...checkRepl(given), ended }),
    [Symbol.asyncDispose]: async () => endSession('disposed of').then(() => undefined),
  };
  const console: SessionConsole = createConsole(made, options.commands ?? []);
  return Object.assign(made, { ipc });

  async function set(name: string, value: number, options: SetOptions = {}): Promise<void> {
    checkSet(name, options);
    const { restart: restartNow = false, now = false } = options;
    settings = changeSetting(settings, name, value);
    emit({ type: 'setting', name, value });
    link.setting(name, value);
    if (name === 'polling') polling$.next(value);
    if (now) poll$.next();
    if (!restartNow) return;
    // `link.setting` sends in a microtask. The worker gets the setting before the restart.
    await Promise.resolve();
    await restart();
  }

  async function restart(options: RestartOptions = {}): Promise<Status> {
    checkRestart(options);
    if (options.force === true && ending === undefined) await supervisor.stop(id, { grace: 0 });
    if (ending !== undefined) throw new RxvisorError('ERR_SESSION', 'restart: the session ends. Make another.');
    const [status] = await supervisor.restart(id);
    await exits.done();
    return status ?? { state: 'stopped', since: scheduler.now(), attempt: 0, restarts: 0, crashes: 0 };
  }

  async function endSession(reason: string, options: EndOptions = {}): Promise<SessionEnd> {
    const { graceful, exitCode = 0 } = checkEnd(reason, options);
    return endBy({ reason, exitCode }, graceful);
  }

  async function endBy(end: SessionEnd, graceful = true): Promise<SessionEnd> {
    ending ??= end;
    if (!graceful) hurry(undefined);
    // Before the exit handlers of this process, which may take long.
    if (!graceful && !finishing) await supervisor.stop(id, { grace: 0 });
    await supervisor.stopAll(graceful ? {} : { grace: 0 });
    await finish(ending);
    return ended;
  }

  function emit(event: SessionEvent): void {
    const text = sessionEventText(event);
    if (text !== undefined) print(`${name}: ${text}`);
    event$.next(event);
  }

  function onEvent(event: SupervisorEvent): void {
    if (event.type === 'stopping' && ending === undefined && (event.reason === 'stop' || event.reason === 'restart')) {
      exits.onRunEnd({ type: event.reason });
    }
    emit(event);
  }

  async function finish(end: SessionEnd): Promise<void> {
    if (finishing) return;
    finishing = true;
    ending ??= end;
    await supervisor[Symbol.asyncDispose]();
    link.destroy();
    ipc.destroy();
    if (!(await notified(hurryEnd))) emit({ type: 'notifyFailed', message: 'the last crashes: not done in time' });
    release();
    emit({ type: 'sessionEnded', ...ending });
    event$.complete();
    resolveEnded(ending);
  }
}
