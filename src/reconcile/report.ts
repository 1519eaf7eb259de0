import { isAbandoned } from './abandon.js';
import { type DesiredService, highestGeneration, wantedGeneration } from './desired.js';
import { isFinal, isOccupied } from './observed.js';
import type { View } from './view.js';

/** Reports, once for each change, that it has ended: with all instances as wanted, or with some that failed. */
export function reportOutcome(view: View, service: DesiredService): void {
  const { key, instances } = service;
  const generation = highestGeneration(service);
  const { settled, reported } = view.progressOf(service);
  if (settled === generation) return;
  if (instances.some((instance) => isAbandoned(view, service, instance))) return;
  if (view.runsOf(key).some((run) => isOccupied(run) && run.state !== 'ready')) return;
  if (instances.every((instance) => isAsWanted(view, service, instance))) {
    view.perform({ type: 'settle', key, generation });
  } else if (reported !== generation && instances.every((instance) => isOver(view, service, instance))) {
    view.perform({ type: 'done', key, generation });
  }
}

function isAsWanted(view: View, service: DesiredService, instance: number): boolean {
  const standing = view.standing(service, instance);
  if (standing?.generation !== wantedGeneration(service, instance)) return false;
  return standing.state === 'ready' || standing.state === 'ended';
}

/** Whether nothing more will come of the instance by itself. */
function isOver(view: View, service: DesiredService, instance: number): boolean {
  const standing = view.standing(service, instance);
  if (standing === undefined) return view.slotAt(service.key, instance).blocked?.never === true;
  return standing.state === 'ready' || isFinal(standing);
}
