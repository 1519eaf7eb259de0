import { RxvisorError } from './errors.js';
import { isRecord } from './isRecord.js';
import { refuseUnknownOptions } from './refuseUnknown.js';
import { show } from './show.js';

/** What is wrong with a value. */
export interface Problem {
  /** Where in it: `.every`, `[1]`, or nothing for the value as a whole. */
  readonly within: string;
  /** The value there. */
  readonly value: unknown;
  /** What is wrong, and the remedy: `is not a delay. Give milliseconds.` */
  readonly text: string;
}

/** Finds what is wrong with a value, if anything is. */
export type Check = (value: unknown) => Problem | undefined;

/** A check for every option of `O`: one that is forgotten is a type error. */
export type OptionChecks<O> = { readonly [K in keyof Required<O>]: Check };

/** A check by a predicate. `text` as in {@link Problem}. */
export function checkThat(fits: (value: unknown) => boolean, text: string): Check {
  return (value) => (fits(value) ? undefined : { within: '', value, text });
}

/** @throws {@link RxvisorError} with code `ERR_OPTION`, with the place, the value and the remedy, unless the value fits */
export function checkArgument(name: string, value: unknown, check: Check): void {
  const problem = check(value);
  if (problem === undefined) return;
  throw new RxvisorError('ERR_OPTION', `${name}${problem.within}: ${show(problem.value)} ${problem.text}`);
}

/**
 * Checks a set of options, each of which may be undefined. An unknown one is refused, with the known one most like it.
 *
 * @param at where the set stands among other options, ended by a dot: `queue.`
 * @throws {@link RxvisorError} with code `ERR_OPTION`, with the place, the value and the remedy
 */
export function checkOptions<O extends object>(options: O, checks: OptionChecks<O>, at = ''): void {
  const known = Object.keys(checks);
  const remedy = `Give an object with some of: ${known.join(', ')}; or leave it out.`;
  checkArgument(
    at === '' ? 'options' : at.slice(0, -1),
    options,
    checkThat(isRecord, `is not a set of options. ${remedy}`),
  );
  refuseUnknownOptions(options, known, at);
  for (const [key, check] of Object.entries<Check>(checks)) {
    const value: unknown = Reflect.get(options, key);
    if (value !== undefined) checkArgument(at + key, value, check);
  }
}
