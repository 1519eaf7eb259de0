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
 * Decides when a run is stable: emits `stable`, and `restartAt` starts its schedule over.
 *
 * ```text
 * run$                                    s 1s r 7s x
 * resetAfter(5_000), restartAt([1, 900])  s 1s r 5s t 2s xb 1ms s ...     t: stable
 * ```
 *
 * Put it before `restartAt`, on the events of one run. A number counts the ms from `ready`, so that a slow start does not count
 * (`restartOk` of `restartAt` counts from `spawned`). A function waits for a condition of your own: a passed health check, a line
 * in the output, the first served request.
 *
 * - The run becomes stable once, by this condition or by `restartOk`, whichever comes first.
 * - A run that ends in the same ms was not stable.
 *
 * @param condition$ ms after `ready`; or a function that gets the later events of a run at `spawned`, and returns a stream. The
 * first value of the stream makes the run stable; a stream that completes without a value never does
 * @param scheduler for the ms. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION` for a number that is not a delay
 * @throws errors of the run and of the condition
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

/**
 * Adds `stable` to the events of a run, once, when a condition is met.
 *
 * @param condition$ called at `spawned` with the events of the run. The first value meets the condition
 * @param isOver an event after which no `stable` is emitted
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

const condition = checkThat(
  (value) => typeof value === 'function' || isDelay(value),
  `is not a delay. Give milliseconds: a finite number from 0 to ${String(MAX_DELAY)}, or a function of the run.`,
);

function sinceReady$(ms: number, scheduler: SchedulerLike): (event$: Observable<ChildEvent>) => Observable<unknown> {
  return (event$) =>
    event$.pipe(
      filter((event) => event.type === 'ready'),
      switchMap(() => deadline$(ms, scheduler)),
    );
}
