import { RxvisorError, SpecError } from './errors.js';
import { isSecretName, MASK } from './mask.js';
import { show, suggest } from './show.js';

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

/**
 * Names an unknown key before its value is looked at: a slip in a name is likelier than a wrong value.
 *
 * @param at what stands before the key in its path
 * @throws {@link SpecError}
 */
export function refuseUnknown(value: object, known: readonly string[], at = ''): void {
  refuse(value, known, 'field', (key, problem) => new SpecError(at + key, problem));
}

/** The same for options: throws {@link RxvisorError} with code `ERR_OPTION`. */
export function refuseUnknownOptions(value: object, known: readonly string[], at = ''): void {
  refuse(value, known, 'option', (key, problem) => new RxvisorError('ERR_OPTION', `${at}${key}: ${problem}`));
}

function refuse(
  value: object,
  known: readonly string[],
  what: 'field' | 'option',
  errorOf: (key: string, problem: string) => RxvisorError,
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const remedy = suggest(key, known, `Known ${what}s: ${known.join(', ')}.`);
    throw errorOf(
      key,
      `unknown ${what}, with value ${isSecretName(key) ? MASK : show(Reflect.get(value, key))}. ${remedy}`,
    );
  }
}

/** Not an array, and not a Map, say, whose entries would be lost without a word. */
export function isRecord(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]';
}
