import type { Socket } from 'node:net';
import { defer, type Observable, repeat, retry, type SchedulerLike, tap, throwError, timer } from 'rxjs';

/** Between two attempts to listen again, in ms. */
const PAUSE = 1_000;

/**
 * Listens, and listens again whenever the socket has been removed. When the first attempt fails, that is an error. Later
 * attempts are repeated until the manager is reachable again.
 *
 * @param attempt$ listens once, and completes when its socket is gone; `again` after the first time
 */
export function relisten$(
  attempt$: (again: boolean) => Observable<string | Socket>,
  scheduler: SchedulerLike,
): Observable<string | Socket> {
  return defer(() => {
    let listened = false;
    return defer(() => attempt$(listened)).pipe(
      tap((what) => {
        listened ||= typeof what === 'string';
      }),
      retry({ delay: (error: unknown) => (listened ? timer(PAUSE, scheduler) : throwError(() => error)) }),
      repeat({ delay: () => timer(0, scheduler) }),
    );
  });
}
