import {
  defer,
  firstValueFrom,
  from,
  merge,
  type Observable,
  observeOn,
  repeat,
  type SchedulerLike,
  skipWhile,
  take,
  tap,
  timer,
} from 'rxjs';

/** A wait has at most this many steps. */
const MAX_STEPS = 10;
/** The shortest step in ms. */
const MIN_STEP = 1_000;
/** A step that is later than this many ms does not count: the process was suspended, or the clock was set. */
const MAX_LATENESS = 1_000;

/**
 * A timer for deadlines: it fires only if the child had the whole time.
 *
 * - An event in the same instant comes before the deadline, in any order of scheduling. Input that Node has not read yet is read
 *   first.
 * - Time in which this process was suspended (SIGSTOP, a frozen container, a sleeping machine) does not count. Events of that time
 *   come first.
 */
export function deadline$(ms: number, scheduler: SchedulerLike): Observable<unknown> {
  return defer(() => {
    let left = ms;
    return defer(() => {
      const step = Math.min(left, Math.max(MIN_STEP, Math.ceil(ms / MAX_STEPS)));
      const due = scheduler.now() + step;
      return timer(step, scheduler).pipe(
        tap(() => {
          if (scheduler.now() <= due + MAX_LATENESS) left -= step;
        }),
      );
    }).pipe(
      repeat(),
      skipWhile(() => left > 0),
      take(1),
      observeOn(scheduler),
    );
  });
}

/** Resolves when `work` is resolved or rejected, or after `ms`: see {@link deadline$}. */
export async function settleWithin(work: Promise<unknown>, ms: number, scheduler: SchedulerLike): Promise<void> {
  const settled = work.then(
    () => undefined,
    () => undefined,
  );
  await firstValueFrom(merge(from(settled), deadline$(ms, scheduler)), { defaultValue: undefined });
}
