import type { ChildSpec } from '../model/spec/childSpec.js';
import type { Action, BlockAction, StartAction } from '../reconcile/action.js';
import type { Desired, DesiredService, ServiceKey } from '../reconcile/desired.js';
import { dependencyRuns } from '../reconcile/gate.js';
import {
  isActive,
  type Observed,
  type ObservedSlot,
  type SeenRuns,
  type ServiceProgress,
} from '../reconcile/observed.js';
import { progressAfter } from '../reconcile/progress.js';
import { viewOf } from '../reconcile/view.js';
import type { Child } from './child.js';
import { type InstanceRecord, instanceRecords, takeIdle, withLatch } from './instanceRecords.js';
import { idleInstances } from './idleInstances.js';
import type { InstanceChildren } from './instanceChildren.js';
import { seeDependencies, type ServiceRun, serviceRun } from './serviceRun.js';

/** The children of all services, as `reconcile` observes them. It performs actions, and decides nothing. */
export interface ServiceRuns {
  readonly observed: () => Observed;
  /** Performs an action, unless another run has replaced the run that it names. */
  readonly perform: (action: Action) => void;
  /** Lists the instances of services that are stopped by hand. Forgets deleted services that have ended. */
  readonly tidy: () => void;
  /** Adds a child that was started, or is stopped, without an action. */
  readonly adopt: (service: DesiredService<ChildSpec>, child: Child, state: 'starting' | 'stoppedByHand') => void;
  /** Runs that were stopped by actions do not start again, nor do services that wait. */
  readonly hold: () => void;
  /** Whether a process of any run may be alive. */
  readonly isActive: () => boolean;
}

export interface ServiceRunsOptions {
  /** Makes the maker of children. `progressOf`: the progress of a service. */
  readonly children: (progressOf: (key: ServiceKey) => ServiceProgress | undefined) => InstanceChildren;
  readonly desired: () => Desired<ChildSpec>;
  /** The grace period of each stop, in ms. Undefined: the `grace` of the spec. */
  readonly grace: () => number | undefined;
  /** The name of a service in texts. */
  readonly nameOf: (key: ServiceKey) => string;
  /** Called when the state of a run has changed. */
  readonly onChange: () => void;
  /** Called when the spec of an instance cannot be started. */
  readonly onStartFailed?: ((action: StartAction, message: string) => void) | undefined;
}

/** Makes the executor of {@link converge}. */
export function serviceRuns({
  children: makeChildren,
  desired,
  grace,
  nameOf,
  onChange,
  onStartFailed,
}: ServiceRunsOptions): ServiceRuns {
  const records = instanceRecords();
  const progresses = new Map<ServiceKey, ServiceProgress>();
  const runs = new Set<ServiceRun>();
  const children = makeChildren((key) => progresses.get(key));
  const idle = idleInstances(children, (service, { slot }, { child, generation }, state) => {
    addRun(records.at(slot), service, { key: slot.key, instance: slot.instance, generation }, child, state);
    onChange();
  });
  let latest = 0;

  return {
    observed,
    perform,
    tidy,
    adopt,
    hold,
    isActive: () => [...runs].some((run) => isActive(run.observed())),
  };

  function observed(): Observed {
    return {
      runs: [...runs].map((run) => run.observed()),
      slots: [...records].map(({ slot }) => slot),
      services: [...progresses.values()],
    };
  }

  function perform(action: Action): void {
    const { key } = action;
    const service = desired().services[key];
    switch (action.type) {
      case 'start':
        if (service !== undefined && records.at(action).slot.lastRun === action.after) start(service, action);
        break;
      case 'stop':
        runNumbered(action.run)?.stop(grace());
        break;
      case 'remove':
        remove(runNumbered(action.run));
        break;
      case 'block':
        if (service !== undefined) block(service, action);
        break;
      case 'unblock': {
        const record = records.at(action);
        record.slot = { ...record.slot, blocked: undefined };
        record.idle?.child.waitFor(undefined);
        break;
      }
      case 'abandon':
      case 'settle':
      case 'done':
        progresses.set(key, progressAfter(progresses.get(key), action));
        break;
    }
  }

  function start(service: DesiredService<ChildSpec>, action: StartAction): void {
    const { key, instance, generation } = action;
    const record = records.at(action);
    const ended = runsAt(action).filter((run) => !isActive(run.observed()));
    const same = ended.find((run) => run.observed().generation === generation);
    for (const run of ended) if (run !== same) remove(run);
    if (same !== undefined) runs.delete(same);
    const child =
      same?.release() ??
      children(service, record, generation, (message) => {
        onStartFailed?.(action, message);
      });
    addRun(record, service, { key, instance, generation }, child);
    child?.start();
  }

  function addRun(
    record: InstanceRecord,
    service: DesiredService<ChildSpec>,
    identity: Pick<StartAction, 'key' | 'instance' | 'generation'>,
    child: Child | undefined,
    state: 'starting' | 'stoppedByHand' = 'starting',
  ): void {
    const run = serviceRun({
      ...identity,
      dependencies: Object.keys(service.dependsOn),
      child,
      state: child === undefined ? 'failed' : state,
      nextRun: () => {
        latest += 1;
        record.slot = { ...record.slot, lastRun: latest, blocked: undefined };
        return { run: latest, seen: dependencyRunsOf(identity.key) };
      },
      onLatch: (latch) => {
        record.slot = withLatch(record.slot, latch);
      },
      onChange,
    });
    runs.add(run);
  }

  function block(service: DesiredService<ChildSpec>, action: BlockAction): void {
    const record = records.at(action);
    record.slot = { ...record.slot, blocked: { never: action.never, by: action.by } };
    const child = idle.list(service, record, service.generation);
    if (action.never) child?.giveUp(records.chainOf(action.by).map(nameOf));
    else child?.waitFor(action.by.map(nameOf));
  }

  function adopt(service: DesiredService<ChildSpec>, child: Child, state: 'starting' | 'stoppedByHand'): void {
    const { key, generation } = service;
    addRun(records.at({ key, instance: 0 }), service, { key, instance: 0, generation }, child, state);
  }

  function hold(): void {
    for (const run of runs) run.hold();
    for (const service of Object.values(desired().services)) {
      for (const instance of service.instances) {
        const record = records.at({ key: service.key, instance });
        if (runsAt(record.slot).length === 0) idle.makeRun(service, record, 'stoppedByHand');
      }
    }
  }

  function remove(run: ServiceRun | undefined): void {
    if (run === undefined || isActive(run.observed())) return;
    runs.delete(run);
    run.remove();
  }

  function tidy(): void {
    const { services } = desired();
    for (const service of Object.values(services)) {
      if (!service.stopped) continue;
      for (const instance of service.instances) {
        const at = { key: service.key, instance };
        if (runsAt(at).length === 0) idle.list(service, records.at(at), service.generation);
      }
    }
    const used = new Set([...runs].map((run) => run.observed().key));
    for (const record of records) {
      const { key, instance } = record.slot;
      if (services[key]?.instances.includes(instance) === true || runsAt(record.slot).length > 0) continue;
      void takeIdle(record)?.child.remove();
      records.delete(record.slot);
    }
    seeDependencies(runs, desired(), observed());
    for (const key of progresses.keys()) if (services[key] === undefined && !used.has(key)) progresses.delete(key);
  }

  function dependencyRunsOf(key: ServiceKey): SeenRuns {
    const service = desired().services[key];
    if (service === undefined || Object.keys(service.dependsOn).length === 0) return {};
    return dependencyRuns(viewOf(desired(), observed()), service);
  }

  function runNumbered(number: number): ServiceRun | undefined {
    return [...runs].find((run) => run.observed().run === number);
  }

  function runsAt({ key, instance }: Pick<ObservedSlot, 'key' | 'instance'>): readonly ServiceRun[] {
    return [...runs].filter((run) => run.observed().key === key && run.observed().instance === instance);
  }
}
