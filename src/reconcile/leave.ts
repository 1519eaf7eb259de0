import type { ServiceKey } from './desired.js';
import { isOccupied, type ObservedRun } from './observed.js';
import type { View } from './view.js';

/**
 * Stops what should not run: everything while the manager shuts down, deleted services, services stopped by hand, and
 * instances beyond the wanted number. Of those that leave together a dependency waits until its dependents are gone.
 */
export function stopLeaving(view: View): void {
  const leaving = view.keys.filter((key) => isLeaving(view, key) && view.runsOf(key).some(isOccupied));
  const waits = (edgesOf: EdgesOf) => (key: ServiceKey) =>
    leaving.some((other) => other !== key && edgesOf(view, other).includes(key));
  const free = leaving.filter((key) => !waits(allEdges)(key));
  // A changed config may have turned an edge of a deleted service round. The config that holds now decides then.
  const next = free.length > 0 ? free : leaving.filter((key) => !waits(desiredEdges)(key));
  for (const key of next.length > 0 ? next : leaving) for (const run of view.runsOf(key)) stop(view, run);

  for (const key of view.keys) {
    const service = view.desired.services[key];
    if (isLeaving(view, key)) for (const slot of view.slotsOf(key)) unblock(view, key, slot.instance);
    const beyond = (instance: number): boolean => service?.instances.includes(instance) !== true;
    for (const run of view.runsOf(key)) {
      if (!beyond(run.instance)) continue;
      if (!isOccupied(run)) remove(view, run);
      else if (service !== undefined && !isLeaving(view, key)) stop(view, run);
    }
    for (const { instance } of view.slotsOf(key)) if (beyond(instance)) unblock(view, key, instance);
  }
}

/** Whether nothing of the service should run. */
export function isLeaving({ desired }: View, key: ServiceKey): boolean {
  return desired.stopAll || desired.services[key]?.stopped !== false;
}

export function stop(view: View, run: ObservedRun): void {
  if (!isOccupied(run) || run.state === 'stopping') return;
  const { key, instance, generation, run: number } = run;
  view.perform({ type: 'stop', key, instance, generation, run: number });
}

export function remove(view: View, { key, instance, generation, run }: ObservedRun): void {
  view.perform({ type: 'remove', key, instance, generation, run });
}

function unblock(view: View, key: ServiceKey, instance: number): void {
  if (view.slotAt(key, instance).blocked !== undefined) view.perform({ type: 'unblock', key, instance });
}

type EdgesOf = (view: View, key: ServiceKey) => readonly ServiceKey[];

function desiredEdges({ desired }: View, key: ServiceKey): readonly ServiceKey[] {
  return Object.keys(desired.services[key]?.dependsOn ?? {});
}

/** A deleted service has no edges in the config any more: its runs know them. */
function allEdges(view: View, key: ServiceKey): readonly ServiceKey[] {
  if (view.desired.services[key] !== undefined) return desiredEdges(view, key);
  return view
    .runsOf(key)
    .filter(isOccupied)
    .flatMap(({ dependencies }) => dependencies);
}
