import type { Action } from '../../src/reconcile/action.js';
import type { DependencyCondition } from '../../src/model/spec/dependsOn.js';
import { type Desired, type DesiredService, type ServiceKey, wantedGeneration } from '../../src/reconcile/desired.js';
import {
  isFinal,
  isActive,
  type Observed,
  type ObservedRun,
  type ObservedSlot,
  type RunState,
  type SeenRuns,
  type ServiceProgress,
} from '../../src/reconcile/observed.js';

/** What can happen to a run by itself. */
export type Happening = 'spawn' | 'ready' | 'unready' | 'crash' | 'fail' | 'end' | 'retry' | 'gone' | 'stopByHand';

const possible: Readonly<Record<RunState, readonly Happening[]>> = {
  starting: ['spawn', 'ready', 'crash', 'fail', 'end'],
  ready: ['unready', 'crash', 'fail', 'end', 'stopByHand'],
  unready: ['ready', 'crash', 'fail', 'end'],
  backingOff: ['retry', 'stopByHand'],
  stopping: ['gone'],
  stopped: [],
  ended: [],
  failed: [],
  stoppedByHand: [],
};

/** A world of runs that does what actions say, and in which anything may happen to a run. */
export interface World {
  readonly observed: () => Observed;
  /** Does an action, unless another run is there by now. Says whether it did. */
  readonly perform: (action: Action, desired: Desired) => boolean;
  /** Lets something happen to a run; says whether it could. */
  readonly happen: (run: number, happening: Happening, desired: Desired) => boolean;
  /** Forgets what is known of deleted services that are gone. */
  readonly forget: (desired: Desired) => void;
}

export function createWorld(): World {
  let latest = 0;
  let runs: readonly ObservedRun[] = [];
  const slots = new Map<string, ObservedSlot>();
  const services = new Map<ServiceKey, ServiceProgress>();
  const observed = (): Observed => ({ runs, slots: [...slots.values()], services: [...services.values()] });

  return { observed, perform, happen, forget };

  function perform(action: Action, desired: Desired): boolean {
    const { key } = action;
    switch (action.type) {
      case 'start': {
        const { instance, generation, after } = action;
        const slot = slotOf(key, instance);
        if (slot.lastRun !== after) return false;
        const service = desired.services[key]!;
        latest += 1;
        runs = [
          ...runs.filter((run) => run.key !== key || run.instance !== instance || isActive(run)),
          {
            key,
            instance,
            generation,
            run: latest,
            attempt: 1,
            state: 'starting',
            dependencies: Object.keys(service.dependsOn),
            seen: seenBy(service, desired, observed()),
          },
        ];
        change(slot, { lastRun: latest, blocked: undefined });
        return true;
      }
      case 'stop': {
        const run = runs.find((each) => each.run === action.run);
        if (run === undefined || !isActive(run)) return false;
        // Nothing runs while it backs off: it is stopped at once.
        set(run, { state: run.state === 'backingOff' ? 'stopped' : 'stopping' });
        return true;
      }
      case 'remove': {
        const before = runs;
        runs = runs.filter((run) => run.run !== action.run || isActive(run));
        return runs.length < before.length;
      }
      case 'block':
        change(slotOf(key, action.instance), { blocked: { never: action.never, by: action.by } });
        return true;
      case 'unblock':
        change(slotOf(key, action.instance), { blocked: undefined });
        return true;
      case 'abandon':
        services.set(key, { ...services.get(key), key, abandoned: action.generation, reported: action.generation });
        return true;
      case 'settle':
        services.set(key, { ...services.get(key), key, settled: action.generation, reported: action.generation });
        return true;
      case 'done':
        services.set(key, { ...services.get(key), key, reported: action.generation });
        return true;
    }
  }

  function happen(number: number, happening: Happening, desired: Desired): boolean {
    const run = runs.find((each) => each.run === number);
    if (run === undefined || !possible[run.state].includes(happening)) return false;
    const slot = slotOf(run.key, run.instance);
    const { generation } = run;
    const started = { startedAt: Math.max(slot.startedAt, generation) };
    switch (happening) {
      case 'spawn':
        change(slot, started);
        break;
      case 'ready':
        set(run, { state: 'ready' });
        change(slot, { ...started, readyAt: Math.max(slot.readyAt, generation) });
        break;
      case 'unready':
        set(run, { state: 'unready' });
        break;
      case 'crash':
        set(run, { state: 'backingOff' });
        break;
      case 'fail':
        set(run, { state: 'failed' });
        change(slot, { completedAt: Math.max(slot.completedAt, generation), completedRun: run.run });
        break;
      case 'end':
        set(run, { state: 'ended' });
        change(slot, {
          ...started,
          completedAt: Math.max(slot.completedAt, generation),
          succeededAt: Math.max(slot.succeededAt, generation),
          completedRun: run.run,
        });
        break;
      case 'retry': {
        latest += 1;
        const service = desired.services[run.key];
        const seen = service === undefined ? run.seen : seenBy(service, desired, observed());
        set(run, { state: 'starting', run: latest, attempt: run.attempt + 1, seen });
        change(slot, { lastRun: Math.max(slot.lastRun, latest) });
        break;
      }
      case 'stopByHand':
        set(run, { state: 'stoppedByHand' });
        break;
      case 'gone':
        set(run, { state: 'stopped' });
        break;
    }
    return true;
  }

  function forget(desired: Desired): void {
    const isGone = (key: ServiceKey): boolean =>
      desired.services[key] === undefined && runs.every((run) => run.key !== key);
    for (const [id, slot] of slots) if (isGone(slot.key)) slots.delete(id);
    for (const key of services.keys()) if (isGone(key)) services.delete(key);
  }

  function set(run: ObservedRun, fields: Partial<ObservedRun>): void {
    runs = runs.map((each) => (each === run ? { ...run, ...fields } : each));
  }

  function slotOf(key: ServiceKey, instance: number): ObservedSlot {
    const none = { lastRun: 0, completedRun: 0, startedAt: 0, readyAt: 0, completedAt: 0, succeededAt: 0 };
    return slots.get(`${key} ${String(instance)}`) ?? { key, instance, ...none };
  }

  function change({ key, instance }: ObservedSlot, fields: Partial<ObservedSlot>): void {
    slots.set(`${key} ${String(instance)}`, { ...slotOf(key, instance), ...fields });
  }
}

/** The run that stands for an instance, found anew in the plainest way. */
export function standingRun(desired: DesiredService, observed: Observed, instance: number): ObservedRun | undefined {
  const wanted = wantedGeneration(desired, instance);
  const runs = observed.runs
    .filter((run) => run.key === desired.key && run.instance === instance)
    .toSorted((a, b) => a.generation - b.generation || a.run - b.run);
  if (!isGivenUp(desired, observed, wanted)) return runs.find(({ generation }) => generation === wanted);
  const rest = runs.filter((run) => isActive(run) && run.state !== 'stopping');
  const byRun = runs.toSorted((a, b) => a.run - b.run);
  return (
    rest.findLast(({ state }) => state === 'ready') ??
    rest[0] ??
    runs.find(isActive) ??
    byRun.findLast(isFinal) ??
    byRun.at(-1)
  );
}

export function isGivenUp({ key, revisions }: DesiredService, { services }: Observed, generation: number): boolean {
  const abandoned = services.find((each) => each.key === key)?.abandoned ?? 0;
  return abandoned >= revisions[0].from && abandoned >= generation;
}

/** Whether the condition of a dependency holds for all of its instances, and by which runs. */
export function holdsFor(
  desired: Desired,
  observed: Observed,
  key: ServiceKey,
  condition: DependencyCondition,
): { readonly holds: boolean; readonly runs: Readonly<Record<number, number>> } {
  const service = desired.services[key];
  const runs: Record<number, number> = {};
  const instances = service?.instances ?? [];
  let held = 0;
  for (const instance of instances) {
    const standing = standingRun(service!, observed, instance);
    const slot = observed.slots.find((each) => each.key === key && each.instance === instance);
    const wanted = wantedGeneration(service!, instance);
    const first = service!.revisions[0].from;
    const generation = isGivenUp(service!, observed, wanted) ? (standing?.generation ?? first) : wanted;
    const [holds, run] = {
      ready: [standing?.state === 'ready', standing?.run],
      started: [(slot?.startedAt ?? 0) >= generation, standing?.run],
      completed: [(slot?.completedAt ?? 0) >= generation, slot?.completedRun],
      completedSuccessfully: [(slot?.succeededAt ?? 0) >= generation, slot?.completedRun],
    }[condition] as [boolean, number | undefined];
    if (holds) held += 1;
    if (holds && run !== undefined) runs[instance] = run;
  }
  return { holds: instances.length > 0 && held === instances.length, runs };
}

export function seenBy(service: DesiredService, desired: Desired, observed: Observed): SeenRuns {
  return Object.fromEntries(
    Object.entries(service.dependsOn).map(([key, { condition }]) => [
      key,
      holdsFor(desired, observed, key, condition).runs,
    ]),
  );
}
