import { type Check, checkArgument, checkThat, isRecord } from './check.js';
import { signals } from './signals.js';
import type { RestartLimit } from './spec/childSpec.js';
import { MAX_INSTANCES } from './spec/instance.js';

// Checks for the arguments and options of public functions. They do not use valibot: the command line must not load it.

/** Node fires a longer timer at once: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args. In ms. */
export const MAX_DELAY: number = 2 ** 31 - 1;

const delayRemedy = `Give milliseconds: a finite number from 0 to ${String(MAX_DELAY)}`;

export const delay: Check = checkThat(isDelay, `is not a delay. ${delayRemedy}.`);

/** A delay, or Infinity for no limit. */
export const delayOrInfinity: Check = (value) => (value === Infinity ? undefined : delay(value));

/** A whole number from `min` to `max`. Without `max` there is no upper bound. */
export function count(what: string, min: number, max?: number): Check {
  const range = max === undefined ? `, ${String(min)} or more` : ` from ${String(min)} to ${String(max)}`;
  const fits = (value: unknown): boolean => isWhole(value, min) && !(Number(value) > (max ?? Infinity));
  return checkThat(fits, `is not ${what}. Give a whole number${range}.`);
}

/** A whole number, `min` or more, or Infinity for no limit. */
export function countOrInfinity(what: string, min: number): Check {
  const fits = (value: unknown): boolean => value === Infinity || isWhole(value, min);
  return checkThat(fits, `is not ${what}. Give a whole number, ${String(min)} or more, or Infinity.`);
}

export const flag: Check = checkThat((value) => typeof value === 'boolean', 'is not a boolean. Give true or false.');

/** The variables that a child inherits. */
export const environment: Check = checkThat(
  (value) => isEnvironment(value, false),
  "is not an environment. Give an object of strings: { PATH: '/bin' }.",
);

/** A string that is not empty. */
export function text(what: string, remedy = 'Give a non-empty string.'): Check {
  return checkThat((value) => typeof value === 'string' && value !== '', `is not ${what}. ${remedy}`);
}

/** A string, which may be empty. */
export function string(what: string): Check {
  return checkThat((value) => typeof value === 'string', `is not ${what}. Give a string.`);
}

/** The name of an event or of a call. */
export const name: Check = string('a name');

export function oneOf(what: string, choices: readonly string[]): Check {
  const list = choices.map((choice) => `'${choice}'`).join(', ');
  return checkThat((value) => choices.some((choice) => choice === value), `is not ${what}. Give one of: ${list}.`);
}

export const callback: Check = checkThat(isFunction, 'is not a function. Give a function.');

/** An Observable of any copy of RxJS. */
export function observable(remedy: string): Check {
  return checkThat((value) => hasFunctions(value, ['subscribe', 'pipe']), `is not an Observable. ${remedy}`);
}

export const commands: Check = observable('Give an Observable of commands, or leave it out.');

export const scheduler: Check = checkThat(
  (value) => hasFunctions(value, ['schedule', 'now']),
  'is not a scheduler. Give one of RxJS, such as asyncScheduler, or leave it out.',
);

export const signalName: Check = checkThat(
  (value) => signals.some((signal) => signal === value),
  "is not a signal. Give a name such as 'SIGUSR1'.",
);

/** A record of effects that has all of these names. */
export function effectsWith(names: readonly string[]): Check {
  const remedy = 'Give nodeEffects with your replacements, or leave it out.';
  return (value) => {
    if (!isObject(value)) return { within: '', value, text: `is not a record of effects. ${remedy}` };
    const missing = names.find((name) => Reflect.get(value, name) === undefined);
    return missing === undefined
      ? undefined
      : { within: `.${missing}`, value: undefined, text: `is missing. ${remedy}` };
  };
}

/** An object that has functions of these names. `what` says what it is: a supervisor, a server. */
export function objectWith(what: string, names: readonly string[], remedy: string): Check {
  return checkThat((value) => hasFunctions(value, names), `is not ${what}. ${remedy}`);
}

export const byteCreditObject: Check = objectWith(
  'a byte credit',
  ['take', 'give'],
  'Give the result of byteCredit(), or leave it out.',
);

export const numberOfLines: Check = checkThat(
  (value) => value === Infinity || isCount(value),
  'is not a number of lines. Give 0 or more, or Infinity.',
);

export const lineLength: Check = checkThat(
  (value) => Number.isInteger(value) && Number(value) >= 2 && Number(value) <= 2 ** 28,
  `is not a line length. Give a whole number of characters from 2 to ${String(2 ** 28)}.`,
);

/** An event of `managed$` or of an operator on its events. */
export const event: Check = checkThat(
  (value) => isRecord(value) && 'type' in value && typeof value.type === 'string',
  'is not an event. Give an event from managed$.',
);

export const restartLimit: Check = checkThat(
  isLimit,
  'is not a limit. Give { max, within }: a whole number of restarts, 1 or more, and milliseconds above 0.',
);

/** An array. `each` checks every entry. */
export function listOf(what: string, remedy: string, each: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return { within: '', value, text: `is not ${what}. ${remedy}` };
    for (let index = 0; index < value.length; index += 1) {
      const problem = each(value[index]);
      if (problem !== undefined) return { ...problem, within: `[${String(index)}]${problem.within}` };
    }
    return undefined;
  };
}

/** @throws RxvisorError with code `ERR_OPTION` if the value is not a delay in ms. Undefined is valid */
export function checkDelay(name: string, value: number | undefined): void {
  if (value !== undefined) checkArgument(name, value, delay);
}

/** @throws RxvisorError with code `ERR_OPTION` if there is no such signal */
export function checkSignal(name: string, value: NodeJS.Signals): void {
  checkArgument(name, value, signalName);
}

/** @throws RxvisorError with code `ERR_OPTION` if it is not a number of instances */
export function checkInstances(value: number): void {
  checkArgument('instances', value, count('a number of instances', 0, MAX_INSTANCES));
}

/** @throws RxvisorError with code `ERR_OPTION` if it is not a scheduler of RxJS */
export function checkScheduler(value: unknown): void {
  checkArgument('scheduler', value, scheduler);
}

/**
 * Checks what a user's function returned, and returns it.
 *
 * @throws RxvisorError with code `ERR_OPTION` if it is not an Observable
 */
export function checkReturned<T>(name: string, result: T): T {
  checkArgument(`${name}()`, result, observable('Return one, such as managed$(spec, command$).'));
  return result;
}

/** Whether the value is a whole number, 0 or more. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Whether a timer can wait this many ms. */
export function isDelay(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_DELAY;
}

function isLimit(value: unknown): value is RestartLimit {
  if (!isRecord(value) || !('max' in value && 'within' in value)) return false;
  const { max, within } = value;
  return (
    Object.keys(value).length === 2 &&
    Number.isInteger(max) &&
    Number(max) >= 1 &&
    typeof within === 'number' &&
    within > 0 &&
    Number.isFinite(within)
  );
}

function isWhole(value: unknown, min: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= min;
}

function hasFunctions(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => isFunction(Reflect.get(value, name)));
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || isFunction(value);
}

function isFunction(value: unknown): value is () => unknown {
  return typeof value === 'function';
}

/** @param removes whether a value may be undefined */
export function isEnvironment(value: unknown, removes: boolean): boolean {
  return (
    isRecord(value) &&
    Object.entries(value).every(
      ([key, entry]) =>
        key !== '' &&
        !/[=\0]/.test(key) &&
        ((removes && entry === undefined) || (typeof entry === 'string' && !entry.includes('\0'))),
    )
  );
}
