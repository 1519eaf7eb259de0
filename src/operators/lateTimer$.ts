import { type Observable, observeOn, type SchedulerLike, timer } from 'rxjs';

/** A timer that loses every tie: what happens in the same instant comes first, whenever it was put on the clock. */
export function lateTimer$(ms: number, scheduler: SchedulerLike): Observable<unknown> {
  return timer(ms, scheduler).pipe(observeOn(scheduler));
}
