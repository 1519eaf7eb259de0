import * as v from 'valibot';
import { type Check, checkArgument } from '../check.js';
import { MAX_DELAY } from '../checks.js';

// Schemas for the fields of specs and options. A message says what is wrong, and what to give instead.

/**
 * Adds JSON Schema keywords for `config.schema.json`: the description and the default that editors show, and the rules of a
 * check, a custom schema or an instance, which have no JSON Schema of their own.
 */
export const withKeywords = <I, O>(
  schema: v.GenericSchema<I, O>,
  keywords: Readonly<Record<string, unknown>>,
): v.GenericSchema<I, O> => v.pipe(schema, v.metadata(keywords));

/** For a value that JSON cannot contain: a function, a regular expression, Infinity. */
export const notInJson = <I, O>(schema: v.GenericSchema<I, O>): v.GenericSchema<I, O> =>
  withKeywords(schema, { not: {} });

/** Chooses one of several schemas by the value, so that the message is about the alternative that the user meant. */
export const chooseSchema = <I, O>(
  choose: (value: unknown) => v.GenericSchema<I, O>,
  alternatives: readonly v.GenericSchema[],
): v.GenericSchema<I, O> => withKeywords(v.lazy(choose), { alternatives });

const withoutNul = (schema: v.GenericSchema<string>): v.GenericSchema<string> =>
  withKeywords(
    v.pipe(
      schema,
      v.check((value) => !value.includes('\0'), 'contains a NUL character. Remove it: no program accepts NUL.'),
    ),
    { pattern: '^[^\\u0000]*$' },
  );

/** A string that can be an argument of a program. It may be empty. */
export const argument: v.GenericSchema<string> = withoutNul(v.string('is not an argument. Give a string.'));

export const text = (what: string, remedy: string): v.GenericSchema<string> =>
  withoutNul(v.pipe(v.string(`is not ${what}. ${remedy}`), v.nonEmpty(`is not ${what}. ${remedy}`)));

export const number = (
  what: string,
  remedy: string,
  min: number,
  max: number,
  whole = false,
): v.GenericSchema<number> => {
  const message = `is not ${what}. ${remedy}`;
  const limited = v.pipe(v.number(message), v.minValue(min, message), v.maxValue(max, message));
  return whole ? v.pipe(limited, v.integer(message)) : limited;
};

export const delay: v.GenericSchema<number> = number(
  'a delay',
  `Give milliseconds: a finite number from 0 to ${String(MAX_DELAY)}.`,
  0,
  MAX_DELAY,
);

const timeoutMessage = `is not a timeout. Give milliseconds: a number above 0, up to ${String(MAX_DELAY)}.`;
export const timeout: v.GenericSchema<number> = v.pipe(
  v.number(timeoutMessage),
  v.gtValue(0, timeoutMessage),
  v.maxValue(MAX_DELAY, timeoutMessage),
);

const durationMessage = 'is not a duration. Give milliseconds: a finite number above 0.';
export const duration: v.GenericSchema<number> = v.pipe(
  v.number(durationMessage),
  v.gtValue(0, durationMessage),
  v.finite(durationMessage),
);

export const path: v.GenericSchema<string> = text('a path', 'Give a non-empty string.');
export const flag: v.GenericSchema<boolean> = v.boolean('is not a boolean. Give true or false.');
export const oneOf = <const T extends readonly string[]>(what: string, choices: T): v.PicklistSchema<T, string> =>
  v.picklist(choices, `is not ${what}. Give one of: ${choices.map((choice) => `'${choice}'`).join(', ')}.`);

/** An optional field, with its description and its default for editors. */
export const field = <I, O>(
  schema: v.GenericSchema<I, O>,
  description: string,
  fallback?: unknown,
): v.OptionalSchema<v.GenericSchema<I, O>, undefined> =>
  v.optional(withKeywords(schema, { description, ...(fallback !== undefined && { default: fallback }) }));

/** Makes a check from a schema. */
export function schemaCheck(schema: v.GenericSchema): Check {
  return (value) => {
    const result = v.safeParse(schema, value, { abortEarly: true });
    if (result.success) return undefined;
    const [issue] = result.issues;
    const path = v.getDotPath(issue);
    const within = path === null ? '' : `.${path}`.replace(/\.(\d+)/g, '[$1]');
    return { within, value: issue.input, text: issue.message };
  };
}

/** @throws RxvisorError with code `ERR_OPTION` if the value does not fit the schema. The message has the path, the value and the remedy */
export function checkBySchema(schema: v.GenericSchema, name: string, value: unknown): void {
  checkArgument(name, value, schemaCheck(schema));
}
