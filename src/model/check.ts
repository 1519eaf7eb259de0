import { RxvisorError, SpecError } from './errors.js';
import { isSecretName, MASK } from './mask.js';
import { show, suggest } from './show.js';

/** What is wrong with a value. */
export interface Problem {
  /** The path inside the value: `.every`, `[1]`; empty for the value itself. */
  readonly within: string;
  /** The value at that path. */
  readonly value: unknown;
  /** What is wrong, and the remedy: `is not a delay. Give milliseconds.` */
  readonly text: string;
}

/** Returns what is wrong with a value; undefined if it is valid. */
export type Check = (value: unknown) => Problem | undefined;

/** One check for each option of `O`. A missing check is a type error. */
export type OptionChecks<O> = { readonly [K in keyof Required<O>]: Check };

/** Makes a check from a predicate. `text` as in {@link Problem}. */
export function checkThat(isValid: (value: unknown) => boolean, text: string): Check {
  return (value) => (isValid(value) ? undefined : { within: '', value, text });
}

/**
 * Checks one argument.
 *
 * @throws {@link RxvisorError} with code `ERR_OPTION`. The message has the path, the value and the remedy
 */
export function checkArgument(name: string, value: unknown, check: Check): void {
  const problem = check(value);
  if (problem === undefined) return;
  throw new RxvisorError('ERR_OPTION', `${name}${problem.within}: ${show(problem.value)} ${problem.text}`);
}

/**
 * Checks an options object. Each option may be undefined. The error for an unknown option suggests the most similar known one.
 *
 * @param at the path of the object inside other options, with a dot at the end: `queue.`
 * @throws {@link RxvisorError} with code `ERR_OPTION`. The message has the path, the value and the remedy
 */
export function checkOptions<O extends object>(options: O, checks: OptionChecks<O>, at = ''): void {
  const known = Object.keys(checks);
  const remedy = `Give an object with some of: ${known.join(', ')}. Or leave it out.`;
  checkArgument(
    at === '' ? 'options' : at.slice(0, -1),
    options,
    checkThat(isRecord, `is not an options object. ${remedy}`),
  );
  refuseUnknownOptions(options, known, at);
  for (const [key, check] of Object.entries<Check>(checks)) {
    const value: unknown = Reflect.get(options, key);
    if (value !== undefined) checkArgument(at + key, value, check);
  }
}

/**
 * Refuses unknown fields. Call it before the values are checked: a typo in a name is likelier than a wrong value.
 *
 * @param at the path of the object, with a dot at the end
 * @throws {@link SpecError}
 */
export function refuseUnknown(value: object, known: readonly string[], at = ''): void {
  refuse(value, known, 'field', (key, problem) => new SpecError(at + key, problem));
}

/** As {@link refuseUnknown}, for options. @throws {@link RxvisorError} with code `ERR_OPTION` */
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

/** Whether the value is a plain object. An array or a Map is not: the entries of a Map would be lost silently. */
export function isRecord(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]';
}
