import { type DesiredService, highestGeneration, wantedGeneration } from './desired.js';
import type { ObservedRun } from './observed.js';
import type { View } from './view.js';

/**
 * Gives up the change of a service that served before, once a run at the wanted generation backs off, fails, ends beside one that serves, or
 * starts for the second time. A first start is no change: it goes on by its own schedule.
 */
export function abandonFailed(view: View, service: DesiredService): void {
  if (!isChanging(view, service)) return;
  for (const instance of service.instances) {
    if (isAbandoned(view, service, instance)) continue;
    const wanted = wantedGeneration(service, instance);
    const run = view.runsAt(service.key, instance).find(({ generation }) => generation === wanted);
    if (run === undefined || wanted <= (view.progressOf(service).reported ?? 0)) continue;
    if (!hasFailed(run) && !(run.state === 'ended' && serves(view, service, instance))) continue;
    abandon(view, service, { reason: 'failed', instance });
    return;
  }
}

/** Gives up all changes that have been asked for up to now. */
export function abandon(
  view: View,
  service: DesiredService,
  why: { reason: 'failed'; instance: number } | { reason: 'dependency'; by: readonly string[] },
): void {
  view.perform({ type: 'abandon', key: service.key, generation: highestGeneration(service), ...why });
}

/** Whether the change that the instance takes part in has been given up. */
export function isAbandoned(view: View, service: DesiredService, instance: number): boolean {
  return (view.progressOf(service).abandoned ?? 0) >= wantedGeneration(service, instance);
}

function hasFailed({ state, attempt }: ObservedRun): boolean {
  return state === 'backingOff' || state === 'failed' || attempt > 1;
}

/** Whether there is something to go back to. */
function isChanging(view: View, service: DesiredService): boolean {
  if (view.progressOf(service).settled !== undefined) return true;
  return service.instances.some((instance) => serves(view, service, instance));
}

function serves(view: View, service: DesiredService, instance: number): boolean {
  const wanted = wantedGeneration(service, instance);
  return view.runsAt(service.key, instance).some(({ state, generation }) => state === 'ready' && generation < wanted);
}
