import * as v from 'valibot';
import { isRecord, refuseUnknown } from '../check.js';
import { SpecError } from '../errors.js';
import { show } from '../show.js';
import type { ChildSpec } from '../spec/childSpec.js';
import type { LineFormat, LogSpec, RotateSpec } from '../spec/logSpec.js';
import { delay, duration, flag, notInJson, number, oneOf, path, withKeywords } from './fields.js';

const remedy = `is not a log. Give a path, { file } or { stdout, stderr }. Options: format, rotate, fsync, onFull, direct.`;

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
        withKeywords(bytes, { description: 'The maximum size of a file in bytes. Only a single line can exceed it.' }),
      ),
      interval: v.optional(
        withKeywords(interval, { description: 'One file for each interval: milliseconds, counted from midnight.' }),
      ),
      keep: v.optional(withKeywords(count, { description: 'How many rotated files to keep.', default: 10 })),
      keepSize: v.optional(
        withKeywords(bytes, { description: 'The maximum size of all rotated files together, in bytes.' }),
      ),
      gzip: v.optional(withKeywords(flag, { description: 'Compress rotated files.', default: false })),
    } satisfies Record<keyof RotateSpec, v.GenericSchema>,
    'is not a rotation. Give { size } in bytes, { interval } in ms, or both.',
  ),
  v.check(
    ({ size, interval }) => size !== undefined || interval !== undefined,
    'is not a rotation: size and interval are missing. Give a size in bytes, an interval in ms, or both.',
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
  `is not an fsync setting. Give 'never', 'end' or milliseconds.`,
);

type OptionOf<T> = v.OptionalSchema<v.GenericSchema<T>, undefined>;

/** The schema of each option of a log. */
export const logOptions: {
  readonly format: OptionOf<LineFormat>;
  readonly rotate: OptionOf<RotateSpec>;
  readonly fsync: OptionOf<'never' | 'end' | number>;
  readonly onFull: OptionOf<'block' | 'drop'>;
  readonly direct: OptionOf<boolean>;
} = {
  format: v.optional(withKeywords(format, { description: 'How a line is written.', default: 'plain' })),
  rotate: v.optional(withKeywords(rotate, { description: 'When to rename the file and continue in a new one.' })),
  fsync: v.optional(
    withKeywords(fsync, {
      description:
        "When to flush to the disk. 'end': when the log is closed. A number: at most this many ms after a write.",
      default: 'never',
    }),
  ),
  onFull: v.optional(
    withKeywords(oneOf('a policy for a full log', ['block', 'drop']), {
      description:
        "If the disk is slower than the child: 'block': the child waits; 'drop': lines are dropped and counted.",
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

/** The JSON Schema of `refuseLogContradictions`, for `config.schema.json`. */
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

/**
 * Refuses options that need the lines of a log with `direct`: the child writes the file, and the manager does not see them.
 *
 * @throws {@link SpecError}
 */
export function refuseLogContradictions({ log, stripANSI, output, ready, maxLineLength }: ChildSpec): void {
  if (typeof log !== 'object' || log.direct !== true) return;
  const refuse = (other: string, remedy = 'Remove one of them.'): never => {
    const reason = 'the child writes the file itself, and the manager does not see the lines';
    throw new SpecError('log.direct', `true does not work with ${other}: ${reason}. ${remedy}`);
  };
  if (output !== false) refuse('output events', 'Set output: false, or remove direct.');
  if (stripANSI === true) refuse('stripANSI');
  if (log.format !== undefined && log.format !== 'plain') refuse(`format ${show(log.format)}`);
  if (log.rotate !== undefined) refuse('rotate');
  if (log.fsync !== undefined && log.fsync !== 'never') refuse('fsync');
  if (log.onFull !== undefined) refuse('onFull');
  if (maxLineLength !== undefined) refuse('maxLineLength');
  if (typeof ready === 'object' && 'line' in ready) refuse('ready: { line }', `Use ready: 'message' or 'spawn'.`);
}

/** The first problem in the options of a log: the field, and a text with the value and the remedy. */
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
 * Checks the `log` of a spec.
 *
 * @throws {@link SpecError} for the first wrong field
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
