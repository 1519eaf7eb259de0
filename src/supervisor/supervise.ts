import { asyncScheduler, ReplaySubject, Subject } from 'rxjs';
import { checkArgument, checkThat } from '../model/check.js';
import { callback, checkSignal, flag } from '../model/checks.js';
import type { Command } from '../model/command.js';
import { RxvisorError } from '../model/errors.js';
import type { ChildSpec } from '../model/spec/childSpec.js';
import type { Status } from '../model/status.js';
import { matches, type Target } from '../model/target.js';
import { nodeEffects } from '../nodeEffects.js';
import { effectsByService } from '../ports/sharePorts.js';
import { planChild, planChildren, type PlannedChild } from './planChild.js';
import { shutdownSignals } from './shutdownSignals.js';
import { type Child, type SupervisedChild, supervisedChild, type SupervisorEvent } from './supervisedChild.js';
import type { Supervisor } from './supervisor.js';
import {
  checkedReason,
  checkRestart,
  checkStop,
  checkSupervisor,
  type SupervisorOptions,
} from './supervisorOptions.js';

export type { Child, SupervisorEvent } from './supervisedChild.js';
export type { Supervisor } from './supervisor.js';
export type { SupervisorOptions } from './supervisorOptions.js';

/**
 * Supervises many children.
 *
 * A target selects children: a name (all children with this name), an id, `{ pid }` or a predicate. A child without a name has
 * an id. If a target selects no child, the result is an empty list.
 *
 * @param specs the children to start at once, in order. If one spec is invalid, no child is started. Default: none
 * @param options see {@link SupervisorOptions}
 * @throws SpecError, or RxvisorError with code `ERR_OPTION`, before any effect
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
  const children = new Map<number, SupervisedChild>();
  const specOf = new Map<number, ChildSpec>();
  const listening = new Set<number>();
  const effectsFor = effectsByService(effects, scheduler, flow);
  const handlers = new Set<() => unknown>();
  const event$ = new Subject<SupervisorEvent>();
  const status$ = new ReplaySubject<readonly Status[]>(1);
  const shutdown = shutdownSignals({
    effects,
    scheduler,
    signals,
    app,
    grace,
    handlers,
    stop: stopChildren,
    kill: killChildren,
  });
  let lastId = 0;
  let disposed = false;

  publish();
  for (const child of planned) add(child);

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
      return shutdown.stopAll(options.grace);
    },
    restart: async (target, options = {}) => {
      checkRestart(options);
      return Promise.all(select(target).map(({ restart }) => restart(options.settle)));
    },
    remove: async (target) => Promise.all(select(target).map(discard)),
    reset: (target) => {
      const selected = select(target);
      for (const { reset } of selected) reset();
      return selected.map(({ status }) => status());
    },
    fail: (target, reason = 'fail') => sendToAll(target, { type: 'fail', reason: checkedReason(reason) }),
    signal: (target, signal) => {
      checkSignal('signal', signal);
      return sendToAll(target, { type: 'signal', signal });
    },
    send: async (target, message, handle) => Promise.all(select(target).map(({ send }) => send(message, handle))),
    reopenLogs: (target) => sendToAll(target, { type: 'reopenLogs' }),
    watch: async (target, on) => {
      if (on !== undefined) checkArgument('on', on, flag);
      return Promise.all(select(target).map(({ watch }) => watch(on)));
    },
    describe: (target) =>
      select(target).flatMap(({ child, status, stopRequested }) => {
        const spec = specOf.get(child.id);
        return spec === undefined
          ? []
          : { status: status(), spec, listens: listening.has(child.id), stops: stopRequested() };
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
      await shutdown.stopAll();
      await Promise.all([...children.values()].map(discard));
      event$.complete();
      status$.complete();
    },
  };

  function add({ plan, spec }: PlannedChild, idle = false): Child {
    if (disposed) {
      throw new RxvisorError('ERR_DISPOSED', 'start: this supervisor is disposed. Make a new one with supervise().');
    }
    const id = (lastId += 1);
    const { effects, leave, forget } = effectsFor(spec, () => listening.add(id));
    const entry = supervisedChild(plan, {
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
        updateShutdownSignals();
      },
    });
    entry.child.event$.subscribe({ complete: forget, error: forget });
    children.set(id, entry);
    specOf.set(id, spec);
    updateShutdownSignals();
    publish();
    return entry.child;
  }

  async function discard({ child, remove }: SupervisedChild): Promise<Status> {
    const status = await remove();
    specOf.delete(child.id);
    listening.delete(child.id);
    if (children.delete(child.id)) publish();
    return status;
  }

  function select(target: Target): SupervisedChild[] {
    // A lookup by id is called for each event, so it must not search all children.
    const found = typeof target === 'number' ? children.get(target) : undefined;
    if (found !== undefined) return [found];
    const isTarget = matches(target);
    return [...children.values()].filter(({ status }) => isTarget(status()));
  }

  function sendToAll(target: Target, command: Command): readonly Status[] {
    const selected = select(target);
    for (const entry of selected) entry.sendCommand(command);
    return selected.map(({ status }) => status());
  }

  async function stopChildren(grace?: number): Promise<readonly Status[]> {
    return Promise.all([...children.values()].map(({ stop }) => stop(grace)));
  }

  function killChildren(): void {
    for (const { kill } of children.values()) kill();
  }

  function updateShutdownSignals(): void {
    shutdown.arm([...children.values()].some(({ running }) => running()));
  }

  function publish(): void {
    status$.next([...children.values()].map(({ status }) => status()));
  }
}

const specList = checkThat(Array.isArray, "is not a list of specs. Give an array: [{ script: 'app.js' }].");
