import type { Observable, SchedulerLike, Subscription } from 'rxjs';

/** What came of a stream, in ms from when the watch was set up. */
export type Observed<T> = { readonly frame: number } & (
  | { readonly type: 'next'; readonly value: T }
  | { readonly type: 'error'; readonly error: unknown }
  | { readonly type: 'complete' }
);

export interface Observation<T> {
  readonly notifications: readonly Observed<T>[];
  readonly closed: () => boolean;
}

/** Subscribes, and unsubscribes, at a time in ms from now, and keeps what comes. */
export function observe<T>(
  source$: Observable<T>,
  scheduler: SchedulerLike,
  { from, until }: { readonly from: number; readonly until: number },
): Observation<T> {
  const start = scheduler.now();
  const notifications: Observed<T>[] = [];
  let subscription: Subscription | undefined;
  const frame = (): number => scheduler.now() - start;
  scheduler.schedule(() => {
    subscription = source$.subscribe({
      next: (value) => void notifications.push({ frame: frame(), type: 'next', value }),
      error: (error: unknown) => void notifications.push({ frame: frame(), type: 'error', error }),
      complete: () => void notifications.push({ frame: frame(), type: 'complete' }),
    });
  }, from);
  if (until !== Infinity) {
    scheduler.schedule(() => {
      subscription?.unsubscribe();
    }, until);
  }
  return { notifications, closed: () => subscription?.closed ?? false };
}
