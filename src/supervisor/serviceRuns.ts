import { noop, Subscription } from 'rxjs';
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
import { viewOf } from '../reconcile/view.js';
import type { Child } from './child.js';
import { type InstanceRecord, instanceRecords, takeIdle, withLatch } from './instanceRecords.js';
import { instanceChildren } from './instanceChildren.js';
import { type ServiceRun, serviceRun } from './serviceRun.js';
import type { Supervisor } from './supervisor.js';

/** The children of all services, as `reconcile` observes them. It performs actions, and decides nothing. */
export interface ServiceRuns {
  readonly observed: () => Observed;
  /** Performs an action, unless another run has replaced the run that it names. */
  readonly perform: (action: Action) => void;
  /** Lists the instances of services that are stopped by hand. Forgets deleted services that have ended. */
  readonly tidy: () => void;
  /** Whether a process of any run may be alive. */
  readonly isActive: () => boolean;
}

export interface ServiceRunsOptions {
  readonly supervisor: Pick<Supervisor, 'add'>;
  readonly desired: () => Desired<ChildSpec>;
  /** The grace period of each stop, in ms. Undefined: the `grace` of the spec. */
  readonly grace: () => number | undefined;
  /** Called when the state of a run has changed. */
  readonly onChange: () => void;
  /** Called when the spec of an instance cannot be started. */
  readonly onStartFailed: (action: StartAction, message: string) => void;
}

/** Makes the executor of {@link converge}. */
export function serviceRuns({ supervisor, desired, grace, onChange, onStartFailed }: ServiceRunsOptions): ServiceRuns {
  const records = instanceRecords();
  const progresses = new Map<ServiceKey, ServiceProgress>();
  const runs = new Set<ServiceRun>();
  const children = instanceChildren(supervisor, (key) => progresses.get(key));
  let latest = 0;

  return {
    observed,
    perform,
    tidy,
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
        recordProgress(key, { abandoned: action.generation, reported: action.generation });
        break;
      case 'settle':
        recordProgress(key, { settled: action.generation, reported: action.generation });
        break;
      case 'done':
        recordProgress(key, { reported: action.generation });
        break;
    }
  }

  function start(service: DesiredService<ChildSpec>, action: StartAction): void {
    const { key, instance, generation } = action;
    const record = records.at(action);
    for (const run of runsAt(action)) if (!isActive(run.observed())) remove(run);
    const child = children(service, record, generation, (message) => {
      onStartFailed(action, message);
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
    const child = list(service, record, service.generation);
    if (action.never) child?.giveUp(records.chainOf(action.by).map(nameOf));
    else child?.waitFor(action.by.map(nameOf));
  }

  /** Adds a child that does not run to the list of the supervisor, unless it is there already. */
  function list(service: DesiredService<ChildSpec>, record: InstanceRecord, generation: number): Child | undefined {
    if (record.idle?.generation === generation) return record.idle.child;
    const child = children(service, record, generation, noop);
    if (child === undefined) return undefined;
    let waited = false;
    const subscription = new Subscription();
    record.idle = { child, generation, subscription };
    subscription.add(
      child.status$.subscribe({
        error: noop,
        next: ({ state }) => {
          if (state === 'stopped' && waited && record.slot.blocked !== undefined) stoppedWhileWaiting(service, record);
          waited = state === 'waiting';
        },
      }),
    );
    return child;
  }

  /** The instance was stopped by hand while it waited. It does not start when its dependencies are ready. */
  function stoppedWhileWaiting(service: DesiredService<ChildSpec>, record: InstanceRecord): void {
    const idle = takeIdle(record);
    if (idle === undefined) return;
    const { key, instance } = record.slot;
    addRun(record, service, { key, instance, generation: idle.generation }, idle.child, 'stoppedByHand');
    onChange();
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
        if (runsAt(at).length === 0) list(service, records.at(at), service.generation);
      }
    }
    const used = new Set([...runs].map((run) => run.observed().key));
    for (const record of records) {
      const { key, instance } = record.slot;
      if (services[key]?.instances.includes(instance) === true || runsAt(record.slot).length > 0) continue;
      void takeIdle(record)?.child.remove();
      records.delete(record.slot);
    }
    for (const key of progresses.keys()) if (services[key] === undefined && !used.has(key)) progresses.delete(key);
  }

  function dependencyRunsOf(key: ServiceKey): SeenRuns {
    const service = desired().services[key];
    if (service === undefined || Object.keys(service.dependsOn).length === 0) return {};
    return dependencyRuns(viewOf(desired(), observed()), service);
  }

  function nameOf(key: ServiceKey): string {
    return desired().services[key]?.revisions.at(-1)?.spec.name ?? key;
  }

  function recordProgress(key: ServiceKey, fields: Omit<ServiceProgress, 'key'>): void {
    progresses.set(key, { ...progresses.get(key), key, ...fields });
  }

  function runNumbered(number: number): ServiceRun | undefined {
    return [...runs].find((run) => run.observed().run === number);
  }

  function runsAt({ key, instance }: Pick<ObservedSlot, 'key' | 'instance'>): readonly ServiceRun[] {
    return [...runs].filter((run) => run.observed().key === key && run.observed().instance === instance);
  }
}
