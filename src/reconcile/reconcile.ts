import { abandonFailed } from './abandon.js';
import type { Action } from './action.js';
import type { Desired, Limits } from './desired.js';
import { isLeaving, stopLeaving } from './leave.js';
import type { Observed } from './observed.js';
import { replaceInstances } from './replace.js';
import { reportOutcome } from './report.js';
import { viewOf } from './view.js';

/**
 * Says what to do next, so that what runs becomes what should run.
 *
 * It is pure and deterministic: the same state, in any order, gives the same actions. What is on its way is part of what is
 * observed, so a second call asks for nothing twice, and a call at rest asks for nothing. Call it after each change of
 * either side; do what it says, in order; call it again.
 *
 * An action names the run that it means. An executor whose observation is out of date does nothing for another run.
 */
export function reconcile(desired: Desired, observed: Observed, limits: Limits): readonly Action[] {
  const view = viewOf(desired, observed);
  stopLeaving(view);
  for (const key of view.keys) {
    const service = desired.services[key];
    if (service === undefined || isLeaving(view, key)) continue;
    abandonFailed(view, service);
    replaceInstances(view, service, limits);
    reportOutcome(view, service);
  }
  return view.actions;
}
