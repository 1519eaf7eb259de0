import { checkArgument } from './check.js';
import { delay } from './checks.js';
import type { Schedule } from './schedule.js';

/**
 * A schedule of one delay, for ever.
 *
 * ```text
 * run$                        s 2s x
 * restartAt(constant(1_000))  s 2s xb 1s s 2s xb 1s s 2s xb 1s s ...
 * ```
 * `constant(0)` restarts at once, for ever, whereas `restartAt: [0]` means never: give it a `limit`.
 *
 * @param ms the delay, from 0 to 2147483647
 * @throws {@link RxvisorError} with code `ERR_OPTION` when that is not a delay
 * @example
 * ```ts
 * import { constant, managed$ } from 'rxvisor';
 *
 * const child$ = managed$({ command: 'false', restartAt: constant(1_000), limit: { max: 5, within: 60_000 } });
 * ```
 */
export function constant(ms: number): Schedule {
  checkArgument('constant', ms, delay);
  return () => ms;
}
