import * as v from 'valibot';
import type { ChildSpec } from './childSpec.js';
import { SpecError } from './errors.js';
import { MAX_DELAY } from './isDelay.js';
import { nearest } from './nearest.js';
import { show } from './show.js';
import { signals } from './signals.js';

/**
 * Checks a spec field by field, before anything is started.
 *
 * @throws {@link SpecError} naming the first wrong field, its value and the remedy; for an unknown key, the nearest
 * known one.
 * @example
 * ```ts
 * import { parseSpec } from 'rxvisor';
 *
 * try {
 *   parseSpec({ script: 'app.js', restartAt: [100, -5] });
 * } catch (error) {
 *   console.log(String(error));
 *   // SpecError: restartAt[1]: -5 is not a delay. Give milliseconds: a finite number from 0 to 2147483647.
 * }
 * ```
 */
export function parseSpec(spec: unknown): ChildSpec {
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) {
    throw new SpecError('spec', `${show(spec)} is not a spec. Give an object such as { script: 'app.js' }.`);
  }
  refuseUnknown(spec, Object.keys(specSchema.entries));
  for (const [field, known] of Object.entries(knownWithin)) {
    const value: unknown = Reflect.get(spec, field);
    if (isRecord(value)) refuseUnknown(value, known, `${field}.`);
  }
  const result = v.safeParse(specSchema, spec, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw new SpecError(pathOf(issue), `${show(issue.input)} ${issue.message}`);
  }
  refuseContradictions(result.output);
  return result.output;
}

const text = (what: string, remedy: string): v.GenericSchema<string> =>
  v.pipe(
    v.string(`is not ${what}. ${remedy}`),
    v.nonEmpty(`is not ${what}. ${remedy}`),
    v.check((value) => !value.includes('\0'), `holds a NUL character, which no program can be given. Take it out.`),
  );

const number = (what: string, remedy: string, min: number, max: number, whole = false): v.GenericSchema<number> => {
  const message = `is not ${what}. ${remedy}`;
  return v.pipe(
    v.number(message),
    v.check((value) => value >= min && value <= max && (!whole || Number.isInteger(value)), message),
  );
};

const delay = number('a delay', `Give milliseconds: a finite number from 0 to ${String(MAX_DELAY)}.`, 0, MAX_DELAY);
const timeout = number(
  'a timeout',
  `Give milliseconds: a number above 0, up to ${String(MAX_DELAY)}.`,
  Number.MIN_VALUE,
  MAX_DELAY,
);
const duration = number(
  'a duration',
  'Give milliseconds: a finite number above 0.',
  Number.MIN_VALUE,
  Number.MAX_VALUE,
);
const path = text('a path', 'Give a non-empty string.');
const flag = v.boolean('is not a switch. Give true or false.');
const words = v.array(
  v.pipe(
    v.string('is not an argument. Give a string.'),
    v.check((value) => !value.includes('\0'), `holds a NUL character, which no program can be given. Take it out.`),
  ),
  'is not a list of arguments. Give an array of strings.',
);
const oneOf = <const T extends readonly string[]>(what: string, choices: T): v.PicklistSchema<T, string> =>
  v.picklist(choices, `is not ${what}. Give one of: ${choices.map((choice) => `'${choice}'`).join(', ')}.`);

const format = v.union(
  [
    v.picklist(['plain', 'prefixed', 'json']),
    v.custom<(line: string) => string>((value) => typeof value === 'function'),
  ],
  `is not a line format. Give 'plain', 'prefixed', 'json' or a function.`,
);

const logRemedy = `is not a log. Give a path, { file, format } or { stdout, stderr, format }; format is 'plain', 'prefixed', 'json' or a function.`;
const log = v.union(
  [
    path,
    v.strictObject({ file: path, format: v.optional(format) }),
    v.pipe(
      v.custom<object>(isRecord),
      v.strictObject({ stdout: v.optional(path), stderr: v.optional(path), format: v.optional(format) }),
      v.check(({ stdout, stderr }) => stdout !== undefined || stderr !== undefined, logRemedy),
    ),
  ],
  logRemedy,
);

const ready = v.union(
  [
    v.picklist(['spawn', 'message']),
    v.strictObject({ line: v.union([v.instance(RegExp), v.pipe(v.string(), v.nonEmpty())]) }),
  ],
  `is not a readiness. Give 'spawn', 'message' or { line: /pattern/ }.`,
);

const env = v.custom<Readonly<Record<string, string | undefined>>>(
  isEnvironment,
  `is not an environment. Give an object of strings, or undefined to take a variable away: { PORT: '8080' }.`,
);

const limit = v.strictObject(
  {
    max: number('a number of restarts', 'Give a whole number, 1 or more.', 1, Number.MAX_SAFE_INTEGER, true),
    within: duration,
  },
  'is not a limit. Give { max, within }: a number of restarts and milliseconds.',
);

const exitCode = number('an exit code', 'Give a whole number from 0 to 255.', 0, 255, true);

/** SIGSTOP would freeze what should end. */
const stopSignals = signals.filter((signal) => signal !== 'SIGSTOP');

const specSchema = v.object({
  name: v.optional(text('a name', 'Give a non-empty string, or leave it out.')),
  namespace: v.optional(text('a namespace', 'Give a non-empty string, or leave it out.')),
  script: v.optional(path),
  command: v.optional(text('a command', 'Give the name or path of an executable.')),
  args: v.optional(words),
  execArgv: v.optional(words),
  cwd: v.optional(path),
  env: v.optional(env),
  interpreter: v.optional(text('an interpreter', 'Give the name or path of an executable.')),
  log: v.optional(log),
  stripANSI: v.optional(flag),
  output: v.optional(flag),
  restartAt: v.optional(v.array(delay, 'is not a schedule. Give an array of milliseconds; [] for never.')),
  restartOk: v.optional(delay),
  restartOn: v.optional(oneOf('a cause of restarts', ['crash', 'exit'])),
  stopExitCodes: v.optional(v.array(exitCode, 'is not a list of exit codes. Give an array of whole numbers.')),
  limit: v.optional(limit),
  grace: v.optional(delay),
  stopSignal: v.optional(oneOf('a signal that a program can act upon', stopSignals)),
  ready: v.optional(ready),
  readyTimeout: v.optional(timeout),
  maxLineLength: v.optional(number('a line length', 'Give a whole number of characters, 2 or more.', 2, 2 ** 28, true)),
  serialization: v.optional(oneOf('a serialization', ['json', 'advanced'])),
  detachedOk: v.optional(flag),
} satisfies Record<keyof ChildSpec, v.GenericSchema>);

/** The fields of those fields that are objects of ours. */
const knownWithin = {
  limit: ['max', 'within'],
  log: ['file', 'stdout', 'stderr', 'format'],
  ready: ['line'],
};

/** Names an unknown key before its value is looked at: a slip in a name is likelier than a wrong value. */
function refuseUnknown(value: object, known: readonly string[], at = ''): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const guess = nearest(key, known);
    const remedy = guess === undefined ? `Known fields: ${known.join(', ')}.` : `Did you mean '${guess}'?`;
    throw new SpecError(at + key, `unknown field, with value ${show(Reflect.get(value, key))}. ${remedy}`);
  }
}

/** What is wrong only in company. */
function refuseContradictions(spec: ChildSpec): void {
  const { script, command, cwd, interpreter, execArgv, ready: readiness } = spec;
  if (script !== undefined && command !== undefined) {
    throw new SpecError('command', `${show(command)} beside script ${show(script)}. Give one of the two.`);
  }
  if (script === undefined && command === undefined && cwd === undefined) {
    throw new SpecError('script', `missing. Give a script, a command, or a cwd whose package.json has a main.`);
  }
  if (command !== undefined && interpreter !== undefined) {
    throw new SpecError('interpreter', `${show(interpreter)} beside a command. Use script for what it should run.`);
  }
  if (command !== undefined && execArgv !== undefined) {
    throw new SpecError('execArgv', `${show(execArgv)} beside a command. They are for scripts run by Node; use args.`);
  }
  if (readiness === 'message' && command !== undefined) {
    throw new SpecError('ready', `'message' beside a command, which has no IPC. Use { line: /pattern/ }.`);
  }
}

function isEnvironment(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.entries(value).every(
      ([key, entry]) =>
        key !== '' &&
        !/[=\0]/.test(key) &&
        (entry === undefined || (typeof entry === 'string' && !entry.includes('\0'))),
    )
  );
}

/** Not an array, and not a Map, say, whose entries would be lost without a word. */
function isRecord(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** `restartAt[1]`, `limit.max`. */
function pathOf(issue: v.BaseIssue<unknown>): string {
  return String(v.getDotPath(issue)).replace(/\.(\d+)/g, '[$1]');
}
