import { isAbandoned } from './abandon.js';
import { type DesiredService, highestGeneration, wantedGeneration } from './desired.js';
import { isFinal, isActive } from './observed.js';
import type { View } from './view.js';

/** Reports the end of each change once: `settle` if all instances are as wanted, `done` if some have failed. */
export function reportOutcome(view: View, service: DesiredService): void {
  const { key, instances } = service;
  const generation = highestGeneration(service);
  const { settled, reported } = view.progressOf(service);
  if (settled === generation) return;
  if (instances.some((instance) => isAbandoned(view, service, instance))) return;
  if (view.runsOf(key).some((run) => isActive(run) && run.state !== 'ready')) return;
  if (instances.every((instance) => isAsWanted(view, service, instance))) {
    view.perform({ type: 'settle', key, generation });
  } else if (reported !== generation && instances.every((instance) => isOver(view, service, instance))) {
    view.perform({ type: 'done', key, generation });
  }
}

function isAsWanted(view: View, service: DesiredService, instance: number): boolean {
  const current = view.currentRun(service, instance);
  if (current?.generation !== wantedGeneration(service, instance)) return false;
  return current.state === 'ready' || current.state === 'ended';
}

/** Whether the state of the instance is final, unless a user changes it. */
function isOver(view: View, service: DesiredService, instance: number): boolean {
  const current = view.currentRun(service, instance);
  if (current === undefined) return view.slotAt(service.key, instance).blocked?.never === true;
  return current.state === 'ready' || isFinal(current);
}
