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

export interface BatchOptions<T> {
  /** A batch that has grown to this size is passed on at once. Default `Infinity`. */
  readonly maxSize?: number | undefined;
  /** What one value adds to the size. Default `1`. */
  readonly sizeOf?: ((value: T) => number) | undefined;
}

const batchOptions: OptionChecks<BatchOptions<unknown>> = {
  maxSize: checkThat((value) => typeof value === 'number' && value >= 0, 'is not a size. Give a number, 0 or more.'),
  sizeOf: callback,
};

/**
 * Gathers values for `ms`, from the first one on, and passes them on as an array.
 *
 * ```text
 * source            -a--b-----------c|
 * batchTime(5)      ------(x)-------(y|)      x: [a, b]  y: [c]
 * ```
 *
 * `bufferTime` in a wrapper for three habits of its: it re-arms a timer for every idle stream for ever (here one is
 * armed only while values wait), drops its batch when the source fails (here it comes before the error), and knows
 * no size but a count.
 *
 * @param ms how long the first value of a batch may wait
 * @param options `maxSize` in units of `sizeOf`
 * @param scheduler for the wait. Default `asyncScheduler`
 * @throws errors of the source, after the last batch; what `sizeOf` throws
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
            // What fills a batch by itself opens none: in a flood that is every value.
            if (size >= maxSize) return of([first]);
            size = 0;
            open = true;
            return value$.pipe(
              startWith(first),
              takeWhile((value) => (size += sizeOf(value)) < maxSize, true),
              bufferTime(ms, scheduler),
              take(1),
              // Before the batch is passed on: a value that comes in reaction to it opens the next one.
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
 * Lets `project` see the failure of its source as completion, so that it can finish what it holds; the error comes
 * after its last value.
 *
 * ```text
 * source                              -a-b-#
 * withLastWords(($) => $.pipe(toArray()))  -----(x#)     x: [a, b]
 * ```
 *
 * @throws errors of the source, late; errors of the projected pipeline, at once
 */
export function withFlush<T, R>(project: (source$: Observable<T>) => Observable<R>): OperatorFunction<T, R> {
  return (source$) =>
    defer(() => {
      let failure: { readonly error: unknown } | undefined;
      const patient$ = source$.pipe(
        catchError((error: unknown) => {
          failure = { error };
          return EMPTY;
        }),
      );
      return project(patient$).pipe(
        concatWith(defer(() => (failure === undefined ? EMPTY : throwError(() => failure?.error)))),
      );
    });
}
