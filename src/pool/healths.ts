import {
  AsyncSubject,
  defer,
  exhaustMap,
  filter,
  map,
  merge,
  type Observable,
  of,
  type SchedulerLike,
  Subject,
  take,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { frames } from '../ipc/frames.js';
import type { WorkerHealth } from './pool.js';
import type { Slot } from './scheduler/ticket.js';

/** The memory that workers report. */
export interface Healths {
  /** A worker has reported its memory. */
  readonly take: (slot: Slot) => void;
  readonly health$: Observable<readonly WorkerHealth[]>;
  readonly end: () => void;
}

/** How often workers are polled, and how long an answer may take, in ms. */
const EVERY = 1_000;
const PATIENCE = 900;

export function healths(slots: readonly Slot[], scheduler: SchedulerLike): Healths {
  const report$ = new Subject<Slot>();
  // Shared: later subscribers get it, too.
  const ended$ = new AsyncSubject<void>();
  const round$ = defer(() => {
    const asked = new Set(slots.filter(({ link }) => link !== undefined));
    for (const { link } of asked) link?.send(frames.health, 0);
    const all$ = report$.pipe(
      tap((slot) => asked.delete(slot)),
      filter(() => asked.size === 0),
    );
    const enough$: Observable<unknown> = asked.size === 0 ? of(true) : merge(all$, timer(PATIENCE, scheduler));
    return enough$.pipe(
      take(1),
      map(() => slots.flatMap(healthOf)),
    );
  });
  return {
    take: (slot) => report$.next(slot),
    health$: timer(0, EVERY, scheduler).pipe(
      exhaustMap(() => round$),
      takeUntil(ended$),
    ),
    end: () => {
      ended$.next();
      ended$.complete();
    },
  };
}

function healthOf({ number, pid, health }: Slot): WorkerHealth[] {
  return pid === undefined || health === undefined ? [] : [{ worker: number, pid, ...health }];
}
