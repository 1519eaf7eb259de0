import { type Check, checkArgument, checkOptions, checkThat, type OptionChecks } from '../check.js';
import { callback, delay as aDelay, listOf, MAX_DELAY } from '../checks.js';
import type { Schedule } from './childSpec.js';

/** The options of {@link exponential}. */
export interface ExponentialOptions {
  /** The first delay in ms, above 0. Default `100`. */
  readonly from?: number | undefined;
  /** Each delay is the one before, times this factor: 1 or more. Default `2`. */
  readonly factor?: number | undefined;
  /** The longest delay in ms, `from` or more. Default `900_000`, 15 minutes. */
  readonly to?: number | undefined;
  /**
   * The random part of each delay, from 0 to 1. `1` is what AWS calls full jitter, `0.5` is equal jitter. Default `0`: none.
   */
  readonly jitter?: number | undefined;
  /** Returns a number from 0 up to, but not including, 1. Default `Math.random`. Pass your own in tests. */
  readonly random?: (() => number) | undefined;
}

/** The default delays in ms before the first restart, the second, and so on. The last one repeats for ever. */
export const defaultDelays: readonly number[] = [100, 500, 1_000, 10_000, 30_000, 60_000, 300_000, 900_000];

/**
 * Makes a schedule with the same delay for every restart.
 *
 * ```text
 * run$                        s 2s x
 * restartAt(constant(1_000))  s 2s xb 1s s 2s xb 1s s 2s xb 1s s ...
 * ```
 * `constant(0)` restarts at once, for ever: use it with a `limit`. In contrast, `restartAt: [0]` means never.
 *
 * @param ms the delay in ms, from 0 to 2147483647
 * @throws {@link RxvisorError} with code `ERR_OPTION` if it is not a delay
 * @example
 * ```ts
 * import { constant, managed$ } from 'rxvisor';
 *
 * const child$ = managed$({ command: 'false', restartAt: constant(1_000), limit: { max: 5, within: 60_000 } });
 * ```
 */
export function constant(ms: number): Schedule {
  checkArgument('constant', ms, aDelay);
  return () => ms;
}

/**
 * Makes a schedule with delays that grow by a factor, up to a maximum, with optional jitter.
 *
 * ```text
 * run$                                             s x
 * restartAt(exponential({ from: 100, to: 400 }))   s xb 100ms s xb 200ms s xb 400ms s xb 400ms s ...
 * ```
 *
 * Without jitter, children that crash together (because a database went down) restart together, and may overload the database
 * again. With `jitter`, each delay is random: from `delay * (1 - jitter)` to `delay`. Delays are whole ms. A schedule has no
 * state, so that children can share one.
 *
 * @param options see {@link ExponentialOptions}. Default `{}`
 * @throws {@link RxvisorError} with code `ERR_OPTION` for an invalid option
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @example
 * ```ts
 * import { exponential } from 'rxvisor';
 *
 * const schedule = exponential({ from: 100, factor: 3, to: 5_000 });
 * console.log([1, 2, 3, 4, 5].map(schedule)); // [ 100, 300, 900, 2700, 5000 ]
 * ```
 */
export function exponential(options: ExponentialOptions = {}): Schedule {
  checkOptions(options, exponentialOptions, 'exponential.');
  const { from = 100, factor = 2, to = 900_000, jitter = 0, random = Math.random } = options;
  checkArgument('exponential.to', to, longestDelay(from));
  return (crashes) => Math.round(Math.min(to, from * factor ** (crashes - 1)) * (1 - jitter * random()));
}

/**
 * Makes a schedule of a list of delays; the last one repeats. Undefined: never restart.
 *
 * A schedule that is a function is kept, and its results are checked.
 *
 * @throws RxvisorError with code `ERR_OPTION` for a value that is not a delay: in a list at once, from a function when it
 * returns it
 */
export function scheduleOf(delays: readonly number[] | Schedule): Schedule | undefined {
  if (typeof delays === 'function') {
    return (crashes) => checked(`restartAt(${String(crashes)})`, delays(crashes));
  }
  const remedy = 'Give an array of milliseconds, [] for never, or a function such as exponential() makes.';
  checkArgument('restartAt', delays, listOf('a schedule', remedy, aDelay));
  if (delays.length === 0 || (delays.length === 1 && delays[0] === 0)) return undefined;
  return (crashes) => delays[Math.min(crashes, delays.length) - 1] ?? 0;
}

function checked(name: string, delay: number): number {
  checkArgument(name, delay, aDelay);
  return delay;
}

const longest = String(MAX_DELAY);

const longestDelay = (from: number): Check =>
  between(from, MAX_DELAY, `a longest delay. Give milliseconds: from ${String(from)} to ${longest}.`);

const exponentialOptions: OptionChecks<ExponentialOptions> = {
  from: between(Number.MIN_VALUE, MAX_DELAY, `a first delay. Give milliseconds: above 0, up to ${longest}.`),
  factor: between(1, Number.MAX_VALUE, 'a factor. Give a finite number, 1 or more.'),
  to: longestDelay(0),
  jitter: between(0, 1, 'a jitter. Give a number from 0 to 1.'),
  random: callback,
};

function between(min: number, max: number, remedy: string): Check {
  return checkThat((value) => typeof value === 'number' && value >= min && value <= max, `is not ${remedy}`);
}
