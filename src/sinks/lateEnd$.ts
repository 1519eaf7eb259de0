import { map, type Observable, type SchedulerLike, switchMap, take } from 'rxjs';
import { deadline$ } from '../operators/lateTimer$.js';
import type { LogFailure } from './openLog.js';

/**
 * The failure of a log that is not complete `grace` ms after its end: the disk hangs, or is too slow. Nothing is dropped: the
 * lines stay in the queue, and are written when the file takes them.
 */
export function logTimeout$(
  end$: Observable<unknown>,
  grace: number,
  scheduler: SchedulerLike,
): Observable<LogFailure> {
  return end$.pipe(
    take(1),
    switchMap(() => deadline$(grace, scheduler)),
    map(() => ({
      code: 'ETIMEDOUT',
      message: `the last lines were not written within ${String(grace)}ms. They are written when the file takes them.`,
      dropped: 0,
    })),
  );
}
