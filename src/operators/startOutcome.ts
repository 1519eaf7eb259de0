import {
  asyncScheduler,
  distinctUntilChanged,
  EMPTY,
  endWith,
  map,
  of,
  type OperatorFunction,
  scan,
  type SchedulerLike,
  switchMap,
  take,
} from 'rxjs';
import type { ChildEvent } from '../model/childEvent.js';
import { trackStart, notStarted, started, type StartOutcome } from '../model/startProgress.js';
import { deadline$ } from './deadline.js';

/**
 * Emits the outcome of a start, once: when the child has been ready for `settle` ms, or when it has failed to come up.
 *
 * ```text
 * source              -s-r-----x(b)       settle: 4
 * startOutcome(4)     -------(u|)         u: up
 *
 * source              -s-r--x(b)
 * startOutcome(4)     ------(f|)          f: it did not come up, with the reason
 *
 * source              -s-r-p-x|
 * startOutcome(4)     --------(f|)        f: it was stopped meanwhile
 * ```
 *
 * - With a `settle` of 0, the child is up as soon as it is ready. A run that ends at exactly `settle` was not up.
 * - A requested restart gives no outcome: the next run follows at once. A back-off does.
 * - A child that was ready and ends by itself, without a restart, is a finished job: it counts as up.
 *
 * @param settle in ms
 * @param scheduler for `settle`. Default `asyncScheduler`
 */
export function startOutcome(
  settle: number,
  scheduler: SchedulerLike = asyncScheduler,
): OperatorFunction<ChildEvent, StartOutcome> {
  return (event$) =>
    event$.pipe(
      endWith(undefined),
      scan(trackStart, notStarted),
      // Events such as output must not start the wait again.
      distinctUntilChanged((before, now) => before.up === now.up && before.outcome === now.outcome),
      switchMap(({ up, outcome }) => {
        if (outcome !== undefined) return of(outcome);
        if (!up) return EMPTY;
        return settle === 0 ? of(started) : deadline$(settle, scheduler).pipe(map(() => started));
      }),
      take(1),
    );
}
