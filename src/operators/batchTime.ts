import {
  asyncScheduler,
  bufferTime,
  catchError,
  concatWith,
  connect,
  defer,
  EMPTY,
  filter,
  mergeMap,
  type Observable,
  of,
  type OperatorFunction,
  type SchedulerLike,
  startWith,
  take,
  takeWhile,
  tap,
  throwError,
} from 'rxjs';
import { checkArgument, checkOptions, checkThat, type OptionChecks } from '../model/check.js';
import { callback, checkScheduler, delay } from '../model/checks.js';

/** The options of {@link batchTime}. */
export interface BatchOptions<T> {
  /** A batch of this size is emitted at once. Default `Infinity`. */
  readonly maxSize?: number | undefined;
  /** The size of one value, in the unit of `maxSize`. Default: `1` for each value. */
  readonly sizeOf?: ((value: T) => number) | undefined;
}

const batchOptions: OptionChecks<BatchOptions<unknown>> = {
  maxSize: checkThat((value) => typeof value === 'number' && value >= 0, 'is not a size. Give a number, 0 or more.'),
  sizeOf: callback,
};

/**
 * Collects values for `ms` from the first one, and emits them as an array.
 *
 * ```text
 * source            -a--b-----------c|
 * batchTime(5)      ------(x)-------(y|)      x: [a, b]  y: [c]
 * ```
 *
 * It wraps `bufferTime` of RxJS, with three differences. A timer runs only while values wait; `bufferTime` has one all the
 * time. If the source fails, the last batch is emitted before the error; `bufferTime` drops it. A size can be anything;
 * `bufferTime` only counts values.
 *
 * @param ms how long the first value of a batch waits at most, in ms
 * @param options see {@link BatchOptions}. Default `{}`
 * @param scheduler for the wait. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION` for an invalid argument
 * @throws errors of the source, after the last batch; errors that `sizeOf` throws
 * @see https://github.com/ReactiveX/rxjs/issues/2601
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { batchTime } from 'rxvisor';
 *
 * of('a', 'b', 'c')
 *   .pipe(batchTime(100, { maxSize: 2 }))
 *   .subscribe((batch) => {
 *     console.log(batch.join('')); // ab, c
 *   });
 * ```
 */
export function batchTime<T>(
  ms: number,
  options: BatchOptions<T> = {},
  scheduler: SchedulerLike = asyncScheduler,
): OperatorFunction<T, T[]> {
  checkArgument('ms', ms, delay);
  checkOptions(options, batchOptions);
  checkScheduler(scheduler);
  const { maxSize = Infinity, sizeOf = () => 1 } = options;
  return withFlush((source$) =>
    source$.pipe(
      connect((value$) => {
        let open = false;
        return value$.pipe(
          filter(() => !open),
          mergeMap((first) => {
            let size = sizeOf(first);
            // In a flood, every value fills a batch. Then no timer is needed.
            if (size >= maxSize) return of([first]);
            size = 0;
            open = true;
            return value$.pipe(
              startWith(first),
              takeWhile((value) => (size += sizeOf(value)) < maxSize, true),
              bufferTime(ms, scheduler),
              take(1),
              // Before the batch is emitted: a value that comes in reaction to the batch opens the next one.
              tap(() => {
                open = false;
              }),
            );
          }),
        );
      }),
    ),
  );
}

/**
 * Lets a pipeline emit the values that it holds before an error of the source.
 *
 * ```text
 * source                               -a-b-#
 * withFlush(($) => $.pipe(toArray()))  -----(x#)     x: [a, b]
 * ```
 *
 * @param project makes the pipeline. For it, the source completes instead of failing
 * @throws errors of the source, after the last value of the pipeline; errors of the pipeline, at once
 */
export function withFlush<T, R>(project: (source$: Observable<T>) => Observable<R>): OperatorFunction<T, R> {
  return (source$) =>
    defer(() => {
      let failure: { readonly error: unknown } | undefined;
      const completed$ = source$.pipe(
        catchError((error: unknown) => {
          failure = { error };
          return EMPTY;
        }),
      );
      return project(completed$).pipe(
        concatWith(defer(() => (failure === undefined ? EMPTY : throwError(() => failure?.error)))),
      );
    });
}
