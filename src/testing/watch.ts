import type { Observable, SchedulerLike, Subscription } from 'rxjs';

/** What came of a stream, in ms from when the watch was set up. */
export type Told<T> = { readonly frame: number } & (
  | { readonly type: 'next'; readonly value: T }
  | { readonly type: 'error'; readonly error: unknown }
  | { readonly type: 'complete' }
);

export interface Watch<T> {
  readonly told: readonly Told<T>[];
  readonly closed: () => boolean;
}

/** Subscribes, and unsubscribes, at a time in ms from now, and keeps what comes. */
export function watch<T>(
  source$: Observable<T>,
  scheduler: SchedulerLike,
  { from, until }: { readonly from: number; readonly until: number },
): Watch<T> {
  const start = scheduler.now();
  const told: Told<T>[] = [];
  let subscription: Subscription | undefined;
  const frame = (): number => scheduler.now() - start;
  scheduler.schedule(() => {
    subscription = source$.subscribe({
      next: (value) => void told.push({ frame: frame(), type: 'next', value }),
      error: (error: unknown) => void told.push({ frame: frame(), type: 'error', error }),
      complete: () => void told.push({ frame: frame(), type: 'complete' }),
    });
  }, from);
  if (until !== Infinity) {
    scheduler.schedule(() => {
      subscription?.unsubscribe();
    }, until);
  }
  return { told, closed: () => subscription?.closed ?? false };
}
