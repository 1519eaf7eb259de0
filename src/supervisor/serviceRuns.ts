import { noop, Subscription } from 'rxjs';
import type { ChildSpec } from '../model/spec/childSpec.js';
import type { Action, BlockAction, StartAction } from '../reconcile/action.js';
import type { Desired, DesiredService, ServiceKey } from '../reconcile/desired.js';
import { runsToSee } from '../reconcile/gate.js';
import {
  isOccupied,
  type Observed,
  type ObservedSlot,
  type SeenRuns,
  type ServiceProgress,
} from '../reconcile/observed.js';
import { viewOf } from '../reconcile/view.js';
import type { Child } from './child.js';
import { type Place, servicePlaces, takeIdle, withLatch } from './servicePlaces.js';
import { instanceChildren } from './instanceChildren.js';
import { type ServiceRun, serviceRun } from './serviceRun.js';
import type { Supervisor } from './supervisor.js';

/** The children of services, as `reconcile` observes them. It does what actions say, and decides nothing. */
export interface ServiceRuns {
  readonly observed: () => Observed;
  /** Does an action, unless another run is there by now. */
  readonly perform: (action: Action) => void;
  /** Lists the instances of services that are stopped by hand, and forgets deleted services that are gone. */
  readonly tidy: () => void;
  /** Whether a process may still be there. */
  readonly isOccupied: () => boolean;
}

export interface ServiceRunsOptions {
  readonly supervisor: Pick<Supervisor, 'add'>;
  readonly desired: () => Desired<ChildSpec>;
  /** The grace period of each stop, in ms. Undefined: that of the spec. */
  readonly grace: () => number | undefined;
  /** Called when something has happened to a run. */
  readonly onChange: () => void;
  /** Called when a spec cannot be started at all. */
  readonly onStartFailed: (action: StartAction, message: string) => void;
}

export function serviceRuns({ supervisor, desired, grace, onChange, onStartFailed }: ServiceRunsOptions): ServiceRuns {
  const places = servicePlaces();
  const progresses = new Map<ServiceKey, ServiceProgress>();
  const runs = new Set<ServiceRun>();
  const children = instanceChildren(supervisor, (key) => progresses.get(key));
  let latest = 0;

  return {
    observed,
    perform,
    tidy,
    isOccupied: () => [...runs].some((run) => isOccupied(run.observed())),
  };

  function observed(): Observed {
    return {
      runs: [...runs].map((run) => run.observed()),
      slots: [...places].map(({ slot }) => slot),
      services: [...progresses.values()],
    };
  }

  function perform(action: Action): void {
    const { key } = action;
    const service = desired().services[key];
    switch (action.type) {
      case 'start':
        if (service !== undefined && places.at(action).slot.lastRun === action.after) start(service, action);
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
        const place = places.at(action);
        place.slot = { ...place.slot, blocked: undefined };
        place.idle?.child.waitFor(undefined);
        break;
      }
      case 'abandon':
        note(key, { abandoned: action.generation, reported: action.generation });
        break;
      case 'settle':
        note(key, { settled: action.generation, reported: action.generation });
        break;
      case 'done':
        note(key, { reported: action.generation });
        break;
    }
  }

  function start(service: DesiredService<ChildSpec>, action: StartAction): void {
    const { key, instance, generation } = action;
    const place = places.at(action);
    for (const run of runsAt(action)) if (!isOccupied(run.observed())) remove(run);
    const child = children(service, place, generation, (message) => {
      onStartFailed(action, message);
    });
    addRun(place, service, { key, instance, generation }, child);
    child?.start();
  }

  function addRun(
    place: Place,
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
        place.slot = { ...place.slot, lastRun: latest, blocked: undefined };
        return { run: latest, seen: seenBy(identity.key) };
      },
      onLatch: (latch) => {
        place.slot = withLatch(place.slot, latch);
      },
      onChange,
    });
    runs.add(run);
  }

  function block(service: DesiredService<ChildSpec>, action: BlockAction): void {
    const place = places.at(action);
    place.slot = { ...place.slot, blocked: { never: action.never, by: action.by } };
    const child = list(service, place, service.generation);
    if (action.never) child?.giveUp(places.chainOf(action.by).map(nameOf));
    else child?.waitFor(action.by.map(nameOf));
  }

  /** Lists an instance that does not run. */
  function list(service: DesiredService<ChildSpec>, place: Place, generation: number): Child | undefined {
    if (place.idle?.generation === generation) return place.idle.child;
    const child = children(service, place, generation, noop);
    if (child === undefined) return undefined;
    let waited = false;
    const subscription = new Subscription();
    place.idle = { child, generation, subscription };
    subscription.add(
      child.status$.subscribe({
        error: noop,
        next: ({ state }) => {
          if (state === 'stopped' && waited && place.slot.blocked !== undefined) stoppedWhileWaiting(service, place);
          waited = state === 'waiting';
        },
      }),
    );
    return child;
  }

  /** Stopped by hand while it waited: it does not start when its dependencies are ready. */
  function stoppedWhileWaiting(service: DesiredService<ChildSpec>, place: Place): void {
    const idle = takeIdle(place);
    if (idle === undefined) return;
    const { key, instance } = place.slot;
    addRun(place, service, { key, instance, generation: idle.generation }, idle.child, 'stoppedByHand');
    onChange();
  }

  function remove(run: ServiceRun | undefined): void {
    if (run === undefined || isOccupied(run.observed())) return;
    runs.delete(run);
    run.remove();
  }

  function tidy(): void {
    const { services } = desired();
    for (const service of Object.values(services)) {
      if (!service.stopped) continue;
      for (const instance of service.instances) {
        const at = { key: service.key, instance };
        if (runsAt(at).length === 0) list(service, places.at(at), service.generation);
      }
    }
    const used = new Set([...runs].map((run) => run.observed().key));
    for (const place of places) {
      const { key, instance } = place.slot;
      if (services[key]?.instances.includes(instance) === true || runsAt(place.slot).length > 0) continue;
      void takeIdle(place)?.child.remove();
      places.delete(place.slot);
    }
    for (const key of progresses.keys()) if (services[key] === undefined && !used.has(key)) progresses.delete(key);
  }

  function seenBy(key: ServiceKey): SeenRuns {
    const service = desired().services[key];
    if (service === undefined || Object.keys(service.dependsOn).length === 0) return {};
    return runsToSee(viewOf(desired(), observed()), service);
  }

  function nameOf(key: ServiceKey): string {
    return desired().services[key]?.revisions.at(-1)?.spec.name ?? key;
  }

  function note(key: ServiceKey, fields: Omit<ServiceProgress, 'key'>): void {
    progresses.set(key, { ...progresses.get(key), key, ...fields });
  }

  function runNumbered(number: number): ServiceRun | undefined {
    return [...runs].find((run) => run.observed().run === number);
  }

  function runsAt({ key, instance }: Pick<ObservedSlot, 'key' | 'instance'>): readonly ServiceRun[] {
    return [...runs].filter((run) => run.observed().key === key && run.observed().instance === instance);
  }
}
