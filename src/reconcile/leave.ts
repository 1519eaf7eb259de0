import type { ServiceKey } from './desired.js';
import { isActive, type ObservedRun } from './observed.js';
import type { View } from './view.js';

/**
 * Stops what should not run: all services while the manager shuts down, deleted services, services stopped by hand, and surplus
 * instances. If several services stop together, a dependency stops after its dependents.
 */
export function stopLeaving(view: View): void {
  const leaving = view.keys.filter((key) => isLeaving(view, key) && view.runsOf(key).some(isActive));
  const hasDependents = (dependenciesOf: DependenciesOf) => (key: ServiceKey) =>
    leaving.some((other) => other !== key && dependenciesOf(view, other).includes(key));
  const free = leaving.filter((key) => !hasDependents(allDependencies)(key));
  // The old dependencies of a deleted service and the new config can form a circle. Then only the new config counts.
  const next = free.length > 0 ? free : leaving.filter((key) => !hasDependents(desiredDependencies)(key));
  for (const key of next.length > 0 ? next : leaving) for (const run of view.runsOf(key)) stop(view, run);

  for (const key of view.keys) {
    const service = view.desired.services[key];
    if (isLeaving(view, key)) for (const slot of view.slotsOf(key)) unblock(view, key, slot.instance);
    const isSurplus = (instance: number): boolean => service?.instances.includes(instance) !== true;
    for (const run of view.runsOf(key)) {
      if (!isSurplus(run.instance)) continue;
      if (!isActive(run)) remove(view, run);
      else if (service !== undefined && !isLeaving(view, key)) stop(view, run);
    }
    for (const { instance } of view.slotsOf(key)) if (isSurplus(instance)) unblock(view, key, instance);
  }
}

/** Whether nothing of the service should run. */
export function isLeaving({ desired }: View, key: ServiceKey): boolean {
  return desired.stopAll || desired.services[key]?.stopped !== false;
}

export function stop(view: View, run: ObservedRun): void {
  if (!isActive(run) || run.state === 'stopping') return;
  const { key, instance, generation, run: number } = run;
  view.perform({ type: 'stop', key, instance, generation, run: number });
}

export function remove(view: View, { key, instance, generation, run }: ObservedRun): void {
  view.perform({ type: 'remove', key, instance, generation, run });
}

function unblock(view: View, key: ServiceKey, instance: number): void {
  if (view.slotAt(key, instance).blocked !== undefined) view.perform({ type: 'unblock', key, instance });
}

type DependenciesOf = (view: View, key: ServiceKey) => readonly ServiceKey[];

function desiredDependencies({ desired }: View, key: ServiceKey): readonly ServiceKey[] {
  return Object.keys(desired.services[key]?.dependsOn ?? {});
}

/** The config no longer has the dependencies of a deleted service. Its runs have them. */
function allDependencies(view: View, key: ServiceKey): readonly ServiceKey[] {
  if (view.desired.services[key] !== undefined) return desiredDependencies(view, key);
  return view
    .runsOf(key)
    .filter(isActive)
    .flatMap(({ dependencies }) => dependencies);
}
