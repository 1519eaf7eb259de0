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

/** A wait goes in this many steps at most, in steps of `SHORTEST` ms at least. */
const STEPS = 10;
const SHORTEST = 1_000;
/** A step that comes more than so many ms late was not a step: this process, or its clock, stood still or was set. */
const LATE = 1_000;

/**
 * A timer that judges others: whether they were in time.
 *
 * It loses every tie: what happens in the same instant comes first, whenever it was put on the clock. What Node has not read yet
 * is read before. And time in which this process was suspended (SIGSTOP, a frozen container, a machine that slept) does not count:
 * what the others did meanwhile, if they ran at all, has to be heard first.
 */
export function deadline$(ms: number, scheduler: SchedulerLike): Observable<unknown> {
  return defer(() => {
    let left = ms;
    return defer(() => {
      const step = Math.min(left, Math.max(SHORTEST, Math.ceil(ms / STEPS)));
      const due = scheduler.now() + step;
      return timer(step, scheduler).pipe(
        tap(() => {
          if (scheduler.now() <= due + LATE) left -= step;
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

/** Resolves when some work has settled, either way, or after `ms`: see {@link deadline$}. */
export async function settleWithin(work: Promise<unknown>, ms: number, scheduler: SchedulerLike): Promise<void> {
  const settled = work.then(
    () => undefined,
    () => undefined,
  );
  await firstValueFrom(merge(from(settled), deadline$(ms, scheduler)), { defaultValue: undefined });
}
