import type { Dependency, DesiredService, ServiceKey } from './desired.js';
import { firstGeneration, wantedGeneration } from './desired.js';
import type { SeenRuns } from './observed.js';
import type { View } from './view.js';

/** Whether the dependencies of a service let it start: `waiting`: not yet; `never`: they no longer can. */
export interface Gate {
  readonly state: 'open' | 'waiting' | 'never';
  /** The dependencies that do not let it start, sorted. */
  readonly by: readonly ServiceKey[];
}

export function gateOf(view: View, service: DesiredService): Gate {
  const waiting: ServiceKey[] = [];
  const never: ServiceKey[] = [];
  for (const [key, dependency] of Object.entries(service.dependsOn)) {
    const met = conditionState(view, key, dependency);
    if (met === 'waiting') waiting.push(key);
    if (met === 'never') never.push(key);
  }
  if (never.length > 0) return { state: 'never', by: never.sort() };
  return waiting.length > 0 ? { state: 'waiting', by: waiting.sort() } : open;
}

const open: Gate = { state: 'open', by: [] };

/** The runs of its dependencies for which the conditions hold now. The executor records them as each attempt begins. */
export function runsToSee(view: View, service: DesiredService): SeenRuns {
  const seen: Record<ServiceKey, Record<number, number>> = {};
  for (const [key, dependency] of Object.entries(service.dependsOn)) seen[key] = currentRuns(view, key, dependency);
  return seen;
}

/** Whether a dependency with `restart: true` has had another run since the latest attempt of this one began. */
export function isRestartDue(view: View, service: DesiredService, seen: SeenRuns): boolean {
  return Object.entries(service.dependsOn).some(([key, dependency]) => {
    const before = seen[key];
    if (!dependency.restart || before === undefined) return false;
    const now = currentRuns(view, key, dependency);
    // An instance that was not there before is no restart of the dependency.
    return Object.entries(now).some(([instance, run]) => (before[Number(instance)] ?? run) !== run);
  });
}

function currentRuns(view: View, key: ServiceKey, { condition }: Dependency): Record<number, number> {
  const runs: Record<number, number> = {};
  const service = view.desired.services[key];
  if (service === undefined) return runs;
  for (const instance of service.instances) {
    const run = currentRun(view, service, instance, condition);
    if (run !== undefined) runs[instance] = run;
  }
  return runs;
}

function currentRun(
  view: View,
  service: DesiredService,
  instance: number,
  condition: Dependency['condition'],
): number | undefined {
  if (instanceState(view, service, instance, condition) !== 'open') return undefined;
  if (condition === 'completed' || condition === 'completedSuccessfully')
    return view.slotAt(service.key, instance).completedRun;
  return view.standing(service, instance)?.run;
}

function conditionState(view: View, key: ServiceKey, { condition }: Dependency): Gate['state'] {
  const service = view.desired.services[key];
  if (service === undefined) return 'never';
  // Nothing is ready while there is nothing.
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
  const standing = view.standing(service, instance);
  const { abandoned = 0 } = view.progressOf(service);
  const wanted = wantedGeneration(service, instance);
  // After an abandoned change the old version stands for the service.
  const generation = abandoned >= wanted ? (standing?.generation ?? firstGeneration(service)) : wanted;
  if (condition === 'ready' ? standing?.state === 'ready' : latchOf(slot, condition) >= generation) return 'open';
  if (standing?.state === 'ended' || standing?.state === 'failed') return 'never';
  return standing === undefined && slot.blocked?.never === true && !service.stopped ? 'never' : 'waiting';
}

function latchOf(slot: ReturnType<View['slotAt']>, condition: Exclude<Dependency['condition'], 'ready'>): number {
  if (condition === 'started') return slot.startedAt;
  return condition === 'completed' ? slot.completedAt : slot.succeededAt;
}
