import { filter, interval, merge, type Observable, type SchedulerLike, startWith, switchMap, take } from 'rxjs';
import { deadline$ } from '../operators/lateTimer$.js';

/** Looks at an idle pipe, in ms, and how many in a row must find nothing. */
const POLL = 20;
const POLLS = 5;
/** The longest wait, in ms, whatever an outsider goes on writing. */
const MAX = 1_000;

/**
 * Emits once when a pipe that outlives its process group (a process that left the group holds it) has been silent, or
 * read for long enough: what the dead had written before is in hand by then. While reading is paused, time stands
 * still; but when it has been paused for `patience` ms on end, the log that it waits for hangs.
 * Silence is several looks in a row: between two timers Node polls its pipes, so that a manager that was busy
 * meanwhile does not take its own absence for silence.
 */
export function silentPipe$(
  activity$: Observable<unknown>,
  full$: Observable<boolean>,
  patience: number,
  scheduler: SchedulerLike,
): Observable<unknown> {
  const silence$ = activity$.pipe(
    startWith(undefined),
    switchMap(() => interval(POLL, scheduler)),
    filter((look) => look === POLLS - 1),
  );
  return full$.pipe(
    switchMap((full) => (full ? deadline$(patience, scheduler) : merge(silence$, deadline$(MAX, scheduler)))),
    take(1),
  );
}
