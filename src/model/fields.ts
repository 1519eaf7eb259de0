import * as v from 'valibot';
import { MAX_DELAY } from './isDelay.js';

// What the fields of specs and options are checked by: what is wrong, and the remedy.

export const text = (what: string, remedy: string): v.GenericSchema<string> =>
  v.pipe(
    v.string(`is not ${what}. ${remedy}`),
    v.nonEmpty(`is not ${what}. ${remedy}`),
    v.check((value) => !value.includes('\0'), `holds a NUL character, which no program can be given. Take it out.`),
  );

export const number = (
  what: string,
  remedy: string,
  min: number,
  max: number,
  whole = false,
): v.GenericSchema<number> => {
  const message = `is not ${what}. ${remedy}`;
  return v.pipe(
    v.number(message),
    v.check((value) => value >= min && value <= max && (!whole || Number.isInteger(value)), message),
  );
};

export const delay: v.GenericSchema<number> = number(
  'a delay',
  `Give milliseconds: a finite number from 0 to ${String(MAX_DELAY)}.`,
  0,
  MAX_DELAY,
);
export const timeout: v.GenericSchema<number> = number(
  'a timeout',
  `Give milliseconds: a number above 0, up to ${String(MAX_DELAY)}.`,
  Number.MIN_VALUE,
  MAX_DELAY,
);
export const duration: v.GenericSchema<number> = number(
  'a duration',
  'Give milliseconds: a finite number above 0.',
  Number.MIN_VALUE,
  Number.MAX_VALUE,
);
export const path: v.GenericSchema<string> = text('a path', 'Give a non-empty string.');
export const flag: v.GenericSchema<boolean> = v.boolean('is not a switch. Give true or false.');
export const oneOf = <const T extends readonly string[]>(what: string, choices: T): v.PicklistSchema<T, string> =>
  v.picklist(choices, `is not ${what}. Give one of: ${choices.map((choice) => `'${choice}'`).join(', ')}.`);
