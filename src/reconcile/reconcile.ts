import { abandonFailed } from './abandon.js';
import type { Action } from './action.js';
import type { Desired, Limits } from './desired.js';
import { isLeaving, stopLeaving } from './leave.js';
import type { Observed } from './observed.js';
import { replaceInstances } from './replace.js';
import { reportOutcome } from './report.js';
import { viewOf } from './view.js';

/**
 * Decides the next actions that bring the observed state closer to the desired state.
 *
 * It is pure and deterministic: the same state, in any order, gives the same actions. Starts and stops in progress are part of
 * the observed state. So a second call repeats no action, and a call without a difference returns none.
 *
 * Call it after each change of either state, perform the actions in order, and call it again until it returns none. An action
 * names its run: if another run has replaced that one, the executor does nothing.
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
