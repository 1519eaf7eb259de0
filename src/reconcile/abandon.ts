import { type DesiredService, highestGeneration, wantedGeneration } from './desired.js';
import type { ObservedRun } from './observed.js';
import type { View } from './view.js';

/**
 * Gives up the change of a service if a run at the wanted generation backs off, has failed, or starts for the second time. A run
 * that ends by itself while an older run of its instance is ready counts, too.
 *
 * The first start of a service is not a change: its runs restart on their own schedule.
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

/** Gives up all changes that were requested so far. */
export function abandon(
  view: View,
  service: DesiredService,
  why: { reason: 'failed'; instance: number } | { reason: 'dependency'; by: readonly string[] },
): void {
  view.perform({ type: 'abandon', key: service.key, generation: highestGeneration(service), ...why });
}

/** Whether the change to the wanted generation of the instance has been given up. */
export function isAbandoned(view: View, service: DesiredService, instance: number): boolean {
  return (view.progressOf(service).abandoned ?? 0) >= wantedGeneration(service, instance);
}

function hasFailed({ state, attempt }: ObservedRun): boolean {
  return state === 'backingOff' || state === 'failed' || attempt > 1;
}

/** Whether the service has a version to go back to: it has settled before, or an older run is ready. */
function isChanging(view: View, service: DesiredService): boolean {
  if (view.progressOf(service).settled !== undefined) return true;
  return service.instances.some((instance) => serves(view, service, instance));
}

/** Whether an older run of the instance is ready. */
function serves(view: View, service: DesiredService, instance: number): boolean {
  const wanted = wantedGeneration(service, instance);
  return view.runsAt(service.key, instance).some(({ state, generation }) => state === 'ready' && generation < wanted);
}
