import {
  catchError,
  EMPTY,
  filter,
  ignoreElements,
  merge,
  type Observable,
  of,
  type SchedulerLike,
  share,
  switchMap,
  take,
  takeUntil,
  takeWhile,
} from 'rxjs';
import type { Effects } from '../effects.js';
import type { Plan } from '../model/plan.js';
import { deadline$ } from '../operators/lateTimer$.js';
import { isReady } from './isReady.js';
import { poll$ } from './poll$.js';
import type { ProcessEvent } from './spawnProcess.js';

export interface ReadinessContext {
  readonly plan: Pick<Plan, 'ready' | 'readyTimeout' | 'liveness'>;
  /** Whether the run was asked to end: then it will not be ready any more, nor has to answer. */
  readonly asked: () => boolean;
  readonly effects: Pick<Effects, 'check$'>;
  readonly scheduler: SchedulerLike;
}

/** Whether a run is well: each emits once, or never. */
export interface Readiness {
  /** It is ready. */
  readonly ready$: Observable<unknown>;
  /** The error of a pattern for a line that takes too long to match. */
  readonly unreadable$: Observable<unknown>;
  /** It was not ready in time. */
  readonly late$: Observable<unknown>;
  /** It was ready, and answers no longer. */
  readonly dead$: Observable<unknown>;
}

export function readiness(processEvent$: Observable<ProcessEvent>, context: ReadinessContext): Readiness {
  const { plan, asked, effects, scheduler } = context;
  const spawn$ = processEvent$.pipe(
    filter(({ type }) => type === 'spawn'),
    take(1),
  );
  const over$ = processEvent$.pipe(filter(({ type }) => type === 'exit'));
  const sign$ = (ready: Plan['ready']): Observable<unknown> =>
    typeof ready === 'string' || 'line' in ready
      ? processEvent$.pipe(filter(isReady(ready)))
      : spawn$.pipe(
          switchMap(() => poll$(ready, effects, scheduler)),
          takeWhile(() => !asked()),
          filter(({ ok }) => ok),
        );
  // Shared: a probe is not made twice, nor is a line matched twice.
  const signs$ = sign$(plan.ready).pipe(take(1), share());
  const ready$ = signs$.pipe(
    catchError(() => EMPTY),
    filter(() => !asked()),
    takeUntil(over$),
    share(),
  );
  const unreadable$ = signs$.pipe(
    ignoreElements(),
    catchError((error: unknown) => of(error)),
    takeUntil(over$),
  );
  const late$ = spawn$.pipe(
    switchMap(() => (plan.ready === 'spawn' ? EMPTY : deadline$(plan.readyTimeout, scheduler))),
    takeUntil(merge(ready$, over$)),
    filter(() => !asked()),
  );
  const { liveness } = plan;
  const dead$ =
    liveness === undefined
      ? EMPTY
      : ready$.pipe(
          switchMap(() => poll$(liveness, effects, scheduler)),
          takeWhile(() => !asked()),
          filter(({ alive }) => !alive),
          take(1),
          takeUntil(over$),
        );
  return { ready$, unreadable$, late$, dead$ };
}
