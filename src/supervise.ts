import { asyncScheduler, type Observable, ReplaySubject, Subject } from 'rxjs';
import { nodeEffects } from './effects.js';
import { hostWatch } from './hostWatch.js';
import type { ChildSpec } from './model/childSpec.js';
import type { Command } from './model/command.js';
import { checkArgument, checkThat } from './model/check.js';
import { checkSignal } from './model/checkOption.js';
import { callback, flag } from './model/checks.js';
import { RxvisorError } from './model/errors.js';
import type { CommandResult, Description, Status } from './model/status.js';
import { matches, type Target } from './model/target.js';
import { effectsByApp } from './sources/effectsByApp.js';
import { planChild, planChildren, type PlannedChild } from './sources/planChild.js';
import { type Child, type Supervised, supervised, type SupervisorEvent } from './supervised.js';
import { checkedReason, checkStop, checkSupervisor, type SupervisorOptions } from './supervisorOptions.js';

export type { Child, SupervisorEvent } from './supervised.js';
export type { SupervisorOptions } from './supervisorOptions.js';

/** Many children, by name and id. Promises resolve with the statuses of the children they were about. */
export interface Supervisor extends AsyncDisposable {
  readonly event$: Observable<SupervisorEvent>;
  /** A snapshot first, then every change. */
  readonly status$: Observable<readonly Status[]>;
  /** @throws SpecError before any effect */
  start: (spec: ChildSpec) => Child;
  /** Knows a child without running it, which `restart` does. @throws SpecError before any effect */
  add: (spec: ChildSpec) => Child;
  /**
   * Resolves when the groups are gone and the logs written. `grace` in ms in place of the specs'.
   * @throws RxvisorError with code ERR_OPTION or ERR_TARGET, as a rejection
   */
  stop: (target: Target, options?: { readonly grace?: number }) => Promise<readonly Status[]>;
  /** `onStopping` handlers first, then all children. */
  stopAll: (options?: { readonly grace?: number }) => Promise<readonly Status[]>;
  /** Resolves when all are ready again, or have failed. Starts stopped children, too. Children that share ports restart one by one.
   * The schedule and the limit of each start over. */
  restart: (target: Target) => Promise<readonly Status[]>;
  /** Stops, then forgets. */
  remove: (target: Target) => Promise<readonly Status[]>;
  /** Forgets crashes and restarts: the next crash is the first again. */
  reset: (target: Target) => readonly Status[];
  /** Ends the runs as ones that have failed: asked first, as by a stop, and restarted as after a crash. */
  fail: (target: Target, reason?: 'fail' | 'liveness') => readonly Status[];
  signal: (target: Target, signal: NodeJS.Signals) => readonly Status[];
  /**
   * Sends an IPC message. Resolves when it is written to the channel. `refused` says why a child did not get it: the child is
   * not running, has no IPC channel, or leaves 16 MiB of messages unread; or Node cannot encode the message.
   *
   * @throws RxvisorError with code ERR_TARGET, as a rejection
   */
  send: (target: Target, message: unknown, handle?: unknown) => Promise<readonly CommandResult[]>;
  reopenLogs: (target: Target) => readonly Status[];
  /** Restarts it when its files change, or no longer; without `on` the other way round than now. For as long as it runs. */
  watch: (target: Target, on?: boolean) => readonly Status[];
  /** What each was started by. `start(spec)` of that is one more of the same. */
  describe: (target: Target) => readonly Description[];
  /** Called, and awaited for the grace, before all children are stopped. Gives a function that takes it back. */
  onStopping: (handler: () => unknown) => () => void;
}

/**
 * Supervises many children.
 *
 * A target is a name (all that bear it), an id, `{ pid }` or a predicate; one that fits no child is answered with an
 * empty list. Children of one name are all reached; children without a name by id.
 *
 * @param specs started at once, in order; if one of them is wrong, none is
 * @throws SpecError, before any effect
 * @example
 * ```ts
 * import { supervise } from 'rxvisor';
 *
 * await using supervisor = supervise([{ name: 'web', command: 'sleep', args: ['60'] }]);
 * supervisor.status$.subscribe((statuses) => {
 *   console.log(statuses.map(({ name, state }) => `${String(name)} ${state}`).join());
 * });
 * await supervisor.restart('web');
 * await supervisor.stop('web');
 * ```
 */
export function supervise(specs: readonly ChildSpec[] = [], options: SupervisorOptions = {}): Supervisor {
  checkArgument('specs', specs, specList);
  checkSupervisor(options);
  const { effects = nodeEffects, scheduler = asyncScheduler, grace = 200, signals = true, app, flow } = options;
  const planned = planChildren(specs);
  const children = new Map<number, Supervised>();
  const given = new Map<number, ChildSpec>();
  const listening = new Set<number>();
  const effectsFor = effectsByApp(effects, scheduler, flow);
  const handlers = new Set<() => unknown>();
  const event$ = new Subject<SupervisorEvent>();
  const status$ = new ReplaySubject<readonly Status[]>(1);
  const host = hostWatch({ effects, scheduler, signals, app, grace, handlers, stop: stopChildren, kill: killChildren });
  let lastId = 0;
  let disposed = false;

  publish();
  for (const one of planned) add(one);

  return {
    event$: event$.asObservable(),
    status$: status$.asObservable(),
    start: (spec) => add(planChild(spec)),
    add: (spec) => add(planChild(spec), true),
    stop: async (target, options = {}) => {
      checkStop(options);
      return Promise.all(select(target).map(({ stop }) => stop(options.grace)));
    },
    stopAll: async (options = {}) => {
      checkStop(options);
      return host.stopAll(options.grace);
    },
    restart: async (target) => Promise.all(select(target).map(({ restart }) => restart())),
    remove: async (target) => Promise.all(select(target).map(discard)),
    reset: (target) => {
      const selected = select(target);
      for (const { reset } of selected) reset();
      return selected.map(({ status }) => status());
    },
    fail: (target, reason = 'fail') => tell(target, { type: 'fail', reason: checkedReason(reason) }),
    signal: (target, signal) => {
      checkSignal('signal', signal);
      return tell(target, { type: 'signal', signal });
    },
    send: async (target, message, handle) => Promise.all(select(target).map(({ send }) => send(message, handle))),
    reopenLogs: (target) => tell(target, { type: 'reopenLogs' }),
    watch: (target, on) => {
      if (on !== undefined) checkArgument('on', on, flag);
      return tell(target, { type: 'watch', on });
    },
    describe: (target) =>
      select(target).flatMap(({ child, status, stopAsked: stops }) => {
        const spec = given.get(child.id);
        return spec === undefined ? [] : { status: status(), spec, listens: listening.has(child.id), stops: stops() };
      }),
    onStopping: (handler) => {
      checkArgument('handler', handler, callback);
      handlers.add(handler);
      return () => {
        handlers.delete(handler);
      };
    },
    [Symbol.asyncDispose]: async () => {
      disposed = true;
      await host.stopAll();
      await Promise.all([...children.values()].map(discard));
      event$.complete();
      status$.complete();
    },
  };

  function add({ plan, spec }: PlannedChild, idle = false): Child {
    if (disposed) {
      throw new RxvisorError('ERR_DISPOSED', 'start: this supervisor has been disposed of. Make another one.');
    }
    const id = (lastId += 1);
    const { effects, leave, forget } = effectsFor(spec, () => listening.add(id));
    const entry = supervised(plan, {
      id,
      idle,
      effects,
      scheduler,
      onEvent: (event) => {
        event$.next(event);
      },
      onStatus: publish,
      onRunning: (running) => {
        if (!running) leave();
        tend();
      },
    });
    entry.child.event$.subscribe({ complete: forget, error: forget });
    children.set(id, entry);
    given.set(id, spec);
    tend();
    publish();
    return entry.child;
  }

  async function discard({ child, remove }: Supervised): Promise<Status> {
    const status = await remove();
    given.delete(child.id);
    listening.delete(child.id);
    if (children.delete(child.id)) publish();
    return status;
  }

  function select(target: Target): Supervised[] {
    // At once: what is asked about each event must not look at all children.
    const one = typeof target === 'number' ? children.get(target) : undefined;
    if (one !== undefined) return [one];
    const isMeant = matches(target);
    return [...children.values()].filter(({ status }) => isMeant(status()));
  }

  function tell(target: Target, command: Command): readonly Status[] {
    const selected = select(target);
    for (const entry of selected) entry.tell(command);
    return selected.map(({ status }) => status());
  }

  async function stopChildren(grace?: number): Promise<readonly Status[]> {
    return Promise.all([...children.values()].map(({ stop }) => stop(grace)));
  }

  function killChildren(): void {
    for (const { kill } of children.values()) kill();
  }

  function tend(): void {
    host.arm([...children.values()].some(({ running }) => running()));
  }

  function publish(): void {
    status$.next([...children.values()].map(({ status }) => status()));
  }
}

const specList = checkThat(Array.isArray, "is not a list of specs. Give an array: [{ script: 'app.js' }].");
