import type { Action } from './action.js';
import { type Desired, type DesiredService, firstGeneration, type ServiceKey, wantedGeneration } from './desired.js';
import {
  isFinal,
  isActive,
  type Observed,
  type ObservedRun,
  type ObservedSlot,
  type ServiceProgress,
} from './observed.js';
import { progressAfter } from './progress.js';

/**
 * A copy of the observed state for one pass. Each action changes it at once, so that later decisions of the pass see the result.
 */
export interface View {
  readonly desired: Desired;
  /** All keys that are desired or observed, sorted. */
  readonly keys: readonly ServiceKey[];
  readonly actions: readonly Action[];
  readonly perform: (action: Action) => void;
  readonly runsOf: (key: ServiceKey) => readonly ObservedRun[];
  /** Runs of an instance, oldest generation first. */
  readonly runsAt: (key: ServiceKey, instance: number) => readonly ObservedRun[];
  readonly slotsOf: (key: ServiceKey) => readonly ObservedSlot[];
  readonly slotAt: (key: ServiceKey, instance: number) => ObservedSlot;
  readonly progressOf: (service: DesiredService) => ServiceProgress;
  /** The current run of an instance: see {@link findCurrentRun}. */
  readonly currentRun: (service: DesiredService, instance: number) => ObservedRun | undefined;
  /** How many runs of all services are starting. */
  readonly starting: () => number;
}

interface Entry {
  runs: ObservedRun[];
  readonly slots: Map<number, ObservedSlot>;
  progress: ServiceProgress | undefined;
  readonly currentRuns: Map<number, ObservedRun | undefined>;
}

/** Makes the view of one pass. */
export function viewOf(desired: Desired, observed: Observed): View {
  const entries = new Map<ServiceKey, Entry>();
  for (const key of Object.keys(desired.services)) entryOf(key);
  for (const run of observed.runs) entryOf(run.key).runs.push(run);
  for (const slot of observed.slots) entryOf(slot.key).slots.set(slot.instance, slot);
  for (const progress of observed.services) entryOf(progress.key).progress = progress;
  for (const { runs } of entries.values()) if (runs.length > 1) runs.sort(byInstance);
  const actions: Action[] = [];
  let starting = observed.runs.filter(({ state }) => state === 'starting').length;

  return {
    desired,
    keys: [...entries.keys()].sort(),
    actions,
    perform,
    runsOf: (key) => entryOf(key).runs,
    runsAt,
    slotsOf: (key) => [...entryOf(key).slots.values()].sort((a, b) => a.instance - b.instance),
    slotAt: (key, instance) => entryOf(key).slots.get(instance) ?? emptySlot(key, instance),
    progressOf: (service) => currentProgress(service, entryOf(service.key).progress),
    currentRun: (service, instance) => {
      const { currentRuns } = entryOf(service.key);
      if (!currentRuns.has(instance)) currentRuns.set(instance, currentRunOf(service, instance));
      return currentRuns.get(instance);
    },
    starting: () => starting,
  };

  function entryOf(key: ServiceKey): Entry {
    let entry = entries.get(key);
    if (entry === undefined) {
      entry = { runs: [], slots: new Map(), progress: undefined, currentRuns: new Map() };
      entries.set(key, entry);
    }
    return entry;
  }

  function runsAt(key: ServiceKey, instance: number): readonly ObservedRun[] {
    return entryOf(key).runs.filter((run) => run.instance === instance);
  }

  function currentRunOf(service: DesiredService, instance: number): ObservedRun | undefined {
    const progress = currentProgress(service, entryOf(service.key).progress);
    return findCurrentRun(service, progress, instance, runsAt(service.key, instance));
  }

  function perform(action: Action): void {
    actions.push(action);
    const entry = entryOf(action.key);
    entry.currentRuns.clear();
    switch (action.type) {
      case 'start': {
        const { key, instance, generation } = action;
        const run: ObservedRun = {
          key,
          instance,
          generation,
          run: Infinity,
          attempt: 1,
          state: 'starting',
          dependencies: [],
          seen: {},
        };
        entry.runs = [...entry.runs.filter((each) => each.instance !== instance || isActive(each)), run].sort(
          byInstance,
        );
        entry.slots.set(instance, { ...(entry.slots.get(instance) ?? emptySlot(key, instance)), blocked: undefined });
        starting += 1;
        break;
      }
      case 'stop':
        entry.runs = entry.runs.map((run) => {
          if (run.run !== action.run) return run;
          if (run.state === 'starting') starting -= 1;
          return { ...run, state: 'stopping' };
        });
        break;
      case 'remove':
        entry.runs = entry.runs.filter(({ run }) => run !== action.run);
        break;
      case 'block':
      case 'unblock': {
        const { key, instance } = action;
        const blocked = action.type === 'block' ? { never: action.never, by: action.by } : undefined;
        entry.slots.set(instance, { ...(entry.slots.get(instance) ?? emptySlot(key, instance)), blocked });
        break;
      }
      case 'abandon':
      case 'settle':
      case 'done':
        entry.progress = progressAfter(entry.progress, action);
        break;
    }
  }
}

export function emptySlot(key: ServiceKey, instance: number): ObservedSlot {
  return { key, instance, lastRun: 0, completedRun: 0, startedAt: 0, readyAt: 0, completedAt: 0, succeededAt: 0 };
}

/**
 * The current run of an instance: the one at the wanted generation.
 *
 * After an abandoned change it is the newest ready run, else the oldest active run that is not stopping, else the oldest active
 * run, else the last run with a final state, else the last run.
 */
function findCurrentRun(
  service: DesiredService,
  { abandoned }: ServiceProgress,
  instance: number,
  runs: readonly ObservedRun[],
): ObservedRun | undefined {
  const wanted = wantedGeneration(service, instance);
  if ((abandoned ?? 0) < wanted) return runs.find(({ generation }) => generation === wanted);
  const staying = runs.filter((run) => isActive(run) && run.state !== 'stopping');
  return (
    staying.findLast(({ state }) => state === 'ready') ??
    staying[0] ??
    runs.find(isActive) ??
    lastOf(runs.filter(isFinal)) ??
    lastOf(runs)
  );
}

function lastOf(runs: readonly ObservedRun[]): ObservedRun | undefined {
  return runs.reduce<ObservedRun | undefined>(
    (last, run) => (last === undefined || run.run > last.run ? run : last),
    undefined,
  );
}

/** Generations before the service was added belong to a deleted service with its key. */
function currentProgress(service: DesiredService, progress: ServiceProgress | undefined): ServiceProgress {
  const { key } = service;
  const first = firstGeneration(service);
  const since = (generation: number | undefined): number | undefined =>
    generation !== undefined && generation >= first ? generation : undefined;
  return {
    key,
    settled: since(progress?.settled),
    abandoned: since(progress?.abandoned),
    reported: since(progress?.reported),
  };
}

function byInstance(a: ObservedRun, b: ObservedRun): number {
  return a.instance - b.instance || a.generation - b.generation || a.run - b.run;
}
