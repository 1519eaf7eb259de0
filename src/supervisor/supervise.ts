import { asyncScheduler, ReplaySubject, Subject } from 'rxjs';
import { checkArgument, checkThat } from '../model/check.js';
import { callback, checkSignal, flag } from '../model/checks.js';
import type { Command } from '../model/command.js';
import { RxvisorError } from '../model/errors.js';
import type { ChildSpec } from '../model/spec/childSpec.js';
import type { Status } from '../model/status.js';
import type { Target } from '../model/target.js';
import { nodeEffects } from '../nodeEffects.js';
import { effectsByService } from '../ports/sharePorts.js';
import { childList } from './childList.js';
import { changeableChild, planChild, planChildren, type PlannedChild } from './planChild.js';
import { runStopAllHandlers, shutdownSignals } from './shutdownSignals.js';
import { startOrder } from './startOrder.js';
import type { Child, SupervisorEvent } from './child.js';
import { supervisedChild } from './supervisedChild.js';
import type { Supervisor } from './supervisor.js';
import {
  checkAdd,
  checkedReason,
  checkRestart,
  checkStop,
  checkSupervisor,
  type SupervisorOptions,
} from './supervisorOptions.js';

export type { Child, SupervisorEvent } from './child.js';
export type { ChildRestartOptions, Supervisor } from './supervisor.js';
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
  const children = childList(publish, (child) => {
    order.remove(child);
  });
  const order = startOrder(children, (child, idle) => add(child, idle));
  const effectsFor = effectsByService(effects, scheduler, flow);
  const handlers = new Set<() => unknown>();
  const stopHandlers = new Set<Parameters<Supervisor['onStopAll']>[0]>();
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
  order.start(planned, dependsOnField);

  return {
    event$: event$.asObservable(),
    status$: status$.asObservable(),
    start: (spec) => {
      const [child] = order.start([planChild(spec)], () => 'dependsOn');
      return child;
    },
    startAll: (specs) => {
      checkArgument('specs', specs, specList);
      return order.start(planChildren(specs), dependsOnField);
    },
    add: (spec, options = {}) => {
      checkAdd(options, lastId);
      const added = planChild(spec);
      const child = add(added, 'stopped', options.id);
      order.add(child, added.spec);
      return child;
    },
    stop: async (target, options = {}) => {
      checkStop(options);
      return Promise.all(children.select(target).map(({ stop }) => stop(options.grace)));
    },
    stopAll: async (options = {}) => {
      checkStop(options);
      return shutdown.stopAll(options.grace);
    },
    restart: async (target, options = {}) => {
      checkRestart(options);
      return Promise.all(children.select(target).map(({ restart }) => restart(options)));
    },
    remove: async (target) => Promise.all(children.select(target).map(children.remove)),
    reset: (target) => {
      const selected = children.select(target);
      for (const { reset } of selected) reset();
      return selected.map(({ status }) => status());
    },
    fail: (target, reason = 'fail') => sendToAll(target, { type: 'fail', reason: checkedReason(reason) }),
    signal: (target, signal) => {
      checkSignal('signal', signal);
      return sendToAll(target, { type: 'signal', signal });
    },
    send: async (target, message, handle) =>
      Promise.all(children.select(target).map(({ send }) => send(message, handle))),
    reopenLogs: (target) => sendToAll(target, { type: 'reopenLogs' }),
    watch: async (target, on) => {
      if (on !== undefined) checkArgument('on', on, flag);
      return Promise.all(children.select(target).map(({ watch }) => watch(on)));
    },
    describe: (target) =>
      children.select(target).map(({ status, running, stopRequested, removing, spec, listens }) => ({
        status: status(),
        spec: spec(),
        listens: listens(),
        stops: running() && stopRequested(),
        removing: removing(),
      })),
    children: (target) => children.select(target).map(({ handle }) => handle),
    onStopping: (handler) => {
      checkArgument('handler', handler, callback);
      handlers.add(handler);
      return () => {
        handlers.delete(handler);
      };
    },
    onStopAll: (handler) => {
      checkArgument('handler', handler, callback);
      stopHandlers.add(handler);
      return () => {
        stopHandlers.delete(handler);
      };
    },
    [Symbol.asyncDispose]: async () => {
      disposed = true;
      await shutdown.stopAll();
      await Promise.all([...children].map(children.remove));
      event$.complete();
      status$.complete();
    },
  };

  function add(planned: PlannedChild, idle?: 'stopped' | 'waiting', id = (lastId += 1)): Child {
    if (disposed) {
      throw new RxvisorError('ERR_DISPOSED', 'start: this supervisor is disposed. Make a new one with supervise().');
    }
    let listens = false;
    const { plan, ...changing } = changeableChild(planned);
    const { effects, leave, forget } = effectsFor(planned.spec, () => (listens = true));
    const entry = supervisedChild(plan, {
      id,
      idle,
      hasReplacement: () => children.select(id).filter(({ running }) => running()).length > 1,
      effects,
      scheduler,
      onEvent: (event) => {
        event$.next(event);
        if (event.type === 'stoppingAll') void shutdown.stopAll();
      },
      onStatus: publish,
      onRunning: (running) => {
        if (!running) leave();
        updateShutdownSignals();
      },
    });
    entry.child.event$.subscribe({ complete: forget, error: forget });
    const child = children.add(entry, { ...changing, listens: () => listens });
    updateShutdownSignals();
    return child;
  }

  function sendToAll(target: Target, command: Command): readonly Status[] {
    const selected = children.select(target);
    for (const entry of selected) entry.sendCommand(command);
    return selected.map(({ status }) => status());
  }

  async function stopChildren(grace?: number): Promise<readonly Status[]> {
    await runStopAllHandlers(stopHandlers, grace, effects.process);
    await order.stopAll(grace);
    return Promise.all([...children].map(({ stop }) => stop(grace, true)));
  }

  function killChildren(): void {
    for (const { kill } of children) kill();
  }

  function updateShutdownSignals(): void {
    shutdown.arm([...children].some(({ running }) => running()));
  }

  function publish(): void {
    status$.next([...children].map(({ status }) => status()));
  }
}

function dependsOnField(index: number): string {
  return `specs[${String(index)}].dependsOn`;
}

const specList = checkThat(Array.isArray, "is not a list of specs. Give an array: [{ script: 'app.js' }].");
