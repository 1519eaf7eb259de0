import * as v from 'valibot';
import { isRecord, refuseUnknown } from '../check.js';
import { SpecError } from '../errors.js';
import { show } from '../show.js';
import type { ChildSpec, LineFormat, LogSpec, RotateSpec } from '../spec/childSpec.js';
import { delay, duration, flag, notInJson, number, oneOf, path, withKeywords } from './fields.js';

const remedy = `is not a log. Give a path, { file } or { stdout, stderr }, with format 'plain', 'prefixed', 'json' or a function; and rotate, fsync, onFull, direct.`;

const orNoLimit = (remedy: string, limit: v.GenericSchema<number>): v.GenericSchema<number> =>
  v.union([notInJson(v.literal(Infinity)), limit], remedy);

const sizeRemedy = 'Give bytes: a whole number, 1 or more.';
const bytes = orNoLimit(`is not a size. ${sizeRemedy}`, number('a size', sizeRemedy, 1, Number.MAX_SAFE_INTEGER, true));
const interval = orNoLimit('is not a duration. Give milliseconds: a finite number above 0.', duration);

const count = number('a number of files', 'Give a whole number, 0 or more.', 0, Number.MAX_SAFE_INTEGER, true);
const rotate = v.pipe(
  v.strictObject(
    {
      size: v.optional(
        withKeywords(bytes, { description: 'Bytes. No file grows beyond this, unless by a single line.' }),
      ),
      interval: v.optional(
        withKeywords(interval, { description: 'Milliseconds, counted from midnight: one file for each interval.' }),
      ),
      keep: v.optional(withKeywords(count, { description: 'How many rotated files to keep.', default: 10 })),
      keepSize: v.optional(withKeywords(bytes, { description: 'Bytes of all rotated files together.' })),
      gzip: v.optional(withKeywords(flag, { description: 'Compress rotated files.', default: false })),
    } satisfies Record<keyof RotateSpec, v.GenericSchema>,
    'is not a rotation. Give { size } in bytes, { interval } in ms, or both.',
  ),
  v.check(
    ({ size, interval }) => size !== undefined || interval !== undefined,
    'never rotates. Give a size in bytes, an interval in ms, or both.',
  ),
  v.metadata({ anyOf: [{ required: ['size'] }, { required: ['interval'] }] }),
);

const format = v.union(
  [
    v.picklist(['plain', 'prefixed', 'json']),
    notInJson(v.custom<(line: string) => string>((value) => typeof value === 'function')),
  ],
  `is not a line format. Give 'plain', 'prefixed', 'json' or a function.`,
);

const fsync = v.union(
  [v.picklist(['never', 'end']), delay],
  `is not a time to sync. Give 'never', 'end' or milliseconds.`,
);

type OptionOf<T> = v.OptionalSchema<v.GenericSchema<T>, undefined>;

/** The options of a log, each by itself. */
export const logOptions: {
  readonly format: OptionOf<LineFormat>;
  readonly rotate: OptionOf<RotateSpec>;
  readonly fsync: OptionOf<'never' | 'end' | number>;
  readonly onFull: OptionOf<'block' | 'drop'>;
  readonly direct: OptionOf<boolean>;
} = {
  format: v.optional(withKeywords(format, { description: 'How a line is written.', default: 'plain' })),
  rotate: v.optional(withKeywords(rotate, { description: 'When to rename the file and begin a new one.' })),
  fsync: v.optional(
    withKeywords(fsync, {
      description: 'When to flush to the disk; a number: after at most this many ms.',
      default: 'never',
    }),
  ),
  onFull: v.optional(
    withKeywords(oneOf('a policy for a full log', ['block', 'drop']), {
      description: 'When the disk is slower than the child: the child waits, or lines are dropped and counted.',
      default: 'block',
    }),
  ),
  direct: v.optional(withKeywords(flag, { description: 'The child writes the file itself.', default: false })),
};

export const logSchema: v.GenericSchema<string | LogSpec> = v.union(
  [
    path,
    v.strictObject({ file: path, ...logOptions }),
    v.pipe(
      v.custom<object>(isRecord),
      v.strictObject({ stdout: v.optional(path), stderr: v.optional(path), ...logOptions }),
      v.check(({ stdout, stderr }) => stdout !== undefined || stderr !== undefined, remedy),
      v.metadata({ anyOf: [{ required: ['stdout'] }, { required: ['stderr'] }] }),
    ),
  ],
  remedy,
);

const logFields: readonly string[] = ['file', 'stdout', 'stderr', ...Object.keys(logOptions)];
const rotateFields: readonly string[] = ['size', 'interval', 'keep', 'keepSize', 'gzip'];

/** What `refuseLogContradictions` refuses, for `config.schema.json`. */
export const logContradictions: object = {
  if: {
    required: ['log'],
    properties: { log: { type: 'object', required: ['direct'], properties: { direct: { const: true } } } },
  },
  then: {
    required: ['output'],
    not: {
      anyOf: [
        { required: ['maxLineLength'] },
        { required: ['ready'], properties: { ready: { type: 'object', required: ['line'] } } },
      ],
    },
    properties: {
      output: { const: false },
      stripANSI: { const: false },
      log: {
        not: { anyOf: [{ required: ['rotate'] }, { required: ['onFull'] }] },
        properties: { format: { const: 'plain' }, fsync: { const: 'never' } },
      },
    },
  },
};

/** A child that writes its log itself: nobody sees the lines, and so nobody can act upon them. */
export function refuseLogContradictions({ log, stripANSI, output, ready, maxLineLength }: ChildSpec): void {
  if (typeof log !== 'object' || log.direct !== true) return;
  const refuse = (why: string, instead: string): never => {
    throw new SpecError(
      'log.direct',
      `true ${why}: the child writes the file itself, nobody sees the lines. ${instead}`,
    );
  };
  if (output !== false) refuse('beside output events', 'Set output: false, or leave direct out.');
  if (stripANSI === true) refuse('beside stripANSI', 'Leave one of them out.');
  if (log.format !== undefined && log.format !== 'plain')
    refuse(`beside format ${show(log.format)}`, 'Leave one of them out.');
  if (log.rotate !== undefined) refuse('beside rotate', 'Leave one of them out.');
  if (log.fsync !== undefined && log.fsync !== 'never') refuse('beside fsync', 'Leave one of them out.');
  if (log.onFull !== undefined) refuse('beside onFull', 'Leave one of them out.');
  if (maxLineLength !== undefined) refuse('beside maxLineLength', 'Leave one of them out.');
  if (typeof ready === 'object' && 'line' in ready)
    refuse('beside ready: { line }', `Use ready: 'message' or 'spawn'.`);
}

/** What is wrong in the options of a log, the first of it: the field, and the value and the remedy. */
export function findLogProblem(
  given: Readonly<Record<string, unknown>>,
): { readonly field: string; readonly problem: string } | undefined {
  for (const [name, schema] of Object.entries(logOptions)) {
    const result = v.safeParse(schema, given[name], { abortEarly: true });
    if (result.success) continue;
    const [issue] = result.issues;
    const within = v.getDotPath(issue);
    return { field: within === null ? name : `${name}.${within}`, problem: `${show(issue.input)} ${issue.message}` };
  }
  return undefined;
}

/**
 * Checks where a log goes and how it is kept.
 *
 * @throws {@link SpecError} naming the first wrong field, its value and the remedy
 */
export function parseLog(log: unknown): string | LogSpec {
  if (isRecord(log)) {
    refuseUnknown(log, logFields, 'log.');
    const rotate: unknown = Reflect.get(log, 'rotate');
    if (isRecord(rotate)) refuseUnknown(rotate, rotateFields, 'log.rotate.');
    const wrong = findLogProblem({ ...log });
    if (wrong !== undefined) throw new SpecError(`log.${wrong.field}`, wrong.problem);
  }
  const result = v.safeParse(logSchema, log, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new SpecError('log', `${show(issue.input)} ${issue.message}`);
}
