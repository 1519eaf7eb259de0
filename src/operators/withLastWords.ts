import { catchError, concatWith, defer, EMPTY, type Observable, type OperatorFunction, throwError } from 'rxjs';

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
