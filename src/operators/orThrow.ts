import { concat, mergeMap, type MonoTypeOperatorFunction, of, throwError } from 'rxjs';
import type { ChildEvent, GaveUp } from '../model/childEvent.js';
import { RxvisorError } from '../model/errors.js';

/**
 * Turns `gaveUp` into an error, for those who want a child that cannot be kept alive to take the pipeline down.
 *
 * ```text
 * source      -s-(xg|)
 * orThrow()   -s-(xg#)
 * ```
 *
 * @throws {@link RxvisorError} with code `ERR_GAVE_UP`, after the `gaveUp` event; errors of the source
 * @example
 * ```ts
 * import { managed$, orThrow } from 'rxvisor';
 *
 * managed$({ command: 'false', restartAt: [] })
 *   .pipe(orThrow())
 *   .subscribe({
 *     error: (error: unknown) => {
 *       console.log(String(error)); // RxvisorError: child: given up after run 1: its schedule says never to restart.
 *     },
 *   });
 * ```
 */
export function orThrow(): MonoTypeOperatorFunction<ChildEvent> {
  return mergeMap((event) => {
    if (event.type !== 'gaveUp') return of(event);
    const message = `${event.name ?? 'child'}: given up after run ${String(event.attempt)}: ${why[event.reason]}.`;
    return concat(
      of(event),
      throwError(() => new RxvisorError('ERR_GAVE_UP', message)),
    );
  });
}

const why: Readonly<Record<GaveUp['reason'], string>> = {
  never: 'its schedule says never to restart',
  limit: 'it hit its limit of restarts',
  permanent: 'no restart mends the way it ended',
  dependency: 'what it was to start after will never be ready',
};
