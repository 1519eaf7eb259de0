import type { Dependency } from '../model/spec/dependsOn.js';
import type { DesiredService, ServiceKey } from './desired.js';
import { firstGeneration, wantedGeneration } from './desired.js';
import type { SeenRuns } from './observed.js';
import type { View } from './view.js';

/** Whether the dependencies of a service let it start: `waiting`: not yet; `never`: they no longer can. */
export interface Gate {
  readonly state: 'open' | 'waiting' | 'never';
  /** The dependencies that do not let it start, sorted. */
  readonly by: readonly ServiceKey[];
}

/** Decides whether a service may start, by the conditions of its dependencies. */
export function gateOf(view: View, service: DesiredService): Gate {
  const waiting: ServiceKey[] = [];
  const never: ServiceKey[] = [];
  for (const [key, dependency] of Object.entries(service.dependsOn)) {
    const state = conditionState(view, key, dependency);
    if (state === 'waiting') waiting.push(key);
    if (state === 'never') never.push(key);
  }
  if (never.length > 0) return { state: 'never', by: never.sort() };
  return waiting.length > 0 ? { state: 'waiting', by: waiting.sort() } : open;
}

const open: Gate = { state: 'open', by: [] };

/** The runs of the dependencies that meet their conditions now. The executor records them when an attempt begins. */
export function dependencyRuns(view: View, service: DesiredService): SeenRuns {
  const seen: Record<ServiceKey, Record<number, number>> = {};
  for (const [key, dependency] of Object.entries(service.dependsOn)) seen[key] = runsThatMeet(view, key, dependency);
  return seen;
}

/**
 * Whether a dependency with `restart: true` has run again since the latest attempt of the dependent began, which recorded `seen`.
 */
export function isRestartDue(view: View, service: DesiredService, seen: SeenRuns): boolean {
  return Object.entries(service.dependsOn).some(([key, dependency]) => {
    const before = seen[key];
    if (!dependency.restart || before === undefined) return false;
    const now = runsThatMeet(view, key, dependency);
    // A new instance of the dependency is not a restart.
    return Object.entries(now).some(([instance, run]) => (before[Number(instance)] ?? run) !== run);
  });
}

/** Adds the runs of `added` to those of `seen`: of an instance in both, the run of `seen`. */
export function withRuns(seen: SeenRuns, added: SeenRuns): SeenRuns {
  const keys = [...Object.keys(seen), ...Object.keys(added)];
  return Object.fromEntries(keys.map((key) => [key, { ...added[key], ...seen[key] }]));
}

function runsThatMeet(view: View, key: ServiceKey, { condition }: Dependency): Record<number, number> {
  const runs: Record<number, number> = {};
  const service = view.desired.services[key];
  if (service === undefined) return runs;
  for (const instance of service.instances) {
    const run = runThatMeets(view, service, instance, condition);
    if (run !== undefined) runs[instance] = run;
  }
  return runs;
}

function runThatMeets(
  view: View,
  service: DesiredService,
  instance: number,
  condition: Dependency['condition'],
): number | undefined {
  if (instanceState(view, service, instance, condition) !== 'open') return undefined;
  if (condition === 'completed' || condition === 'completedSuccessfully')
    return view.slotAt(service.key, instance).completedRun;
  return view.currentRun(service, instance)?.run;
}

function conditionState(view: View, key: ServiceKey, { condition }: Dependency): Gate['state'] {
  const service = view.desired.services[key];
  if (service === undefined) return 'never';
  // A dependency without instances cannot be ready.
  if (service.instances.length === 0) return 'waiting';
  let state: Gate['state'] = 'open';
  for (const instance of service.instances) {
    const each = instanceState(view, service, instance, condition);
    if (each === 'never') return 'never';
    if (each === 'waiting') state = 'waiting';
  }
  return state;
}

function instanceState(
  view: View,
  service: DesiredService,
  instance: number,
  condition: Dependency['condition'],
): Gate['state'] {
  const slot = view.slotAt(service.key, instance);
  const current = view.currentRun(service, instance);
  const { abandoned = 0 } = view.progressOf(service);
  const wanted = wantedGeneration(service, instance);
  // After an abandoned change, the old version counts.
  const generation = abandoned >= wanted ? (current?.generation ?? firstGeneration(service)) : wanted;
  if (condition === 'ready' ? current?.state === 'ready' : latchOf(slot, condition) >= generation) return 'open';
  if (current?.state === 'ended' || current?.state === 'failed') return 'never';
  return current === undefined && slot.blocked?.never === true && !service.stopped ? 'never' : 'waiting';
}

/** The highest generation at which the instance met the condition. */
function latchOf(slot: ReturnType<View['slotAt']>, condition: Exclude<Dependency['condition'], 'ready'>): number {
  if (condition === 'started') return slot.startedAt;
  return condition === 'completed' ? slot.completedAt : slot.succeededAt;
}
