import {
  asyncScheduler,
  connect,
  endWith,
  filter,
  map,
  merge,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
  switchMap,
  take,
  takeUntil,
} from 'rxjs';
import { checkArgument, checkThat } from '../model/check.js';
import { checkScheduler, isDelay, MAX_DELAY, checkReturned } from '../model/checks.js';
import { type ChildEvent, isTerminal, originOf, type Stable } from '../model/childEvent.js';
import { deadline$ } from './deadline.js';

/**
 * Says when a run has earned that the crashes before it are forgotten: it emits `stable`, and `restartAt` starts over.
 *
 * ```text
 * run$                                    s 1s r 7s x
 * resetAfter(5_000), restartAt([1, 900])  s 1s r 5s t 2s xb 1ms s ...     t: stable
 * ```
 *
 * Goes before `restartAt`, on the events of one run. `restartOk` of `restartAt` counts from `spawned`; this, when given ms,
 * counts from `ready`, so that a slow start is not taken for a long life. Or it is given what to wait for: a health check
 * that passes, a line in the output, the first request served. What comes first, this or `restartOk`, makes the run
 * stable, once. A run that ends at that very moment was not.
 *
 * @param condition$ ms after `ready`; or a function that is called at `spawned` with the events of the run from there on,
 * and gives a stream whose first value makes the run stable. Its completion without a value never does
 * @param scheduler for the ms. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION` for ms that are not a delay
 * @throws errors of the run and of the condition, as they come
 * @example
 * ```ts
 * import { filter } from 'rxjs';
 * import { child$, lines, resetAfter, restartAt } from 'rxvisor';
 *
 * child$({ command: 'sh', args: ['-c', 'echo served; exit 1'] })
 *   .pipe(
 *     resetAfter((run$) => run$.pipe(lines(), filter(({ line }) => line === 'served'))),
 *     restartAt([100, 500], { limit: { max: 2, within: 60_000 } }),
 *   )
 *   .subscribe((event) => {
 *     if (event.type === 'backingOff') console.log(event.delay); // 100, 100
 *   });
 * ```
 */
export function resetAfter(
  condition$: number | ((run$: Observable<ChildEvent>) => Observable<unknown>),
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<ChildEvent> {
  checkArgument('resetAfter', condition$, condition);
  checkScheduler(scheduler);
  if (typeof condition$ === 'number') return withStable(sinceReady$(condition$, scheduler), isTerminal);
  return withStable((run$) => checkReturned('resetAfter', condition$(run$)), isTerminal);
}

const condition = checkThat(
  (value) => typeof value === 'function' || isDelay(value),
  `is not a delay. Give milliseconds: a finite number from 0 to ${String(MAX_DELAY)}; or a function of the run.`,
);

function sinceReady$(ms: number, scheduler: SchedulerLike): (event$: Observable<ChildEvent>) => Observable<unknown> {
  return (event$) =>
    event$.pipe(
      filter((event) => event.type === 'ready'),
      switchMap(() => deadline$(ms, scheduler)),
    );
}

/**
 * Adds `stable` to the events of a run, once, when a condition is fulfilled that is waited for from `spawned` on.
 *
 * @param condition$ is given the events of the run; its first value fulfils it
 * @param isOver an event after which it is too late
 */
export function withStable(
  condition$: (run$: Observable<ChildEvent>) => Observable<unknown>,
  isOver: (event: ChildEvent) => boolean,
): MonoTypeOperatorFunction<ChildEvent> {
  return connect((event$) =>
    merge(
      event$,
      event$.pipe(
        filter((event) => event.type === 'spawned'),
        switchMap((event) =>
          condition$(event$).pipe(
            take(1),
            map((): Stable => ({ type: 'stable', ...originOf(event) })),
          ),
        ),
        takeUntil(event$.pipe(filter(isOver), endWith(true))),
      ),
    ),
  );
}
