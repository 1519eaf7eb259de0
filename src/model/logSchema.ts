import * as v from 'valibot';
import type { ChildSpec, LineFormat, LogSpec, RotateSpec } from './childSpec.js';
import { SpecError } from './errors.js';
import { delay, duration, flag, number, oneOf, path } from './fields.js';
import { isRecord } from './isRecord.js';
import { show } from './show.js';

const remedy = `is not a log. Give a path, { file } or { stdout, stderr }, with format 'plain', 'prefixed', 'json' or a function; and rotate, fsync, onFull, direct.`;

const orNoLimit = (remedy: string, limit: v.GenericSchema<number>): v.GenericSchema<number> =>
  v.union([v.literal(Infinity), limit], remedy);

const sizeRemedy = 'Give bytes: a whole number, 1 or more.';
const bytes = orNoLimit(`is not a size. ${sizeRemedy}`, number('a size', sizeRemedy, 1, Number.MAX_SAFE_INTEGER, true));
const interval = orNoLimit('is not a duration. Give milliseconds: a finite number above 0.', duration);

const rotate = v.pipe(
  v.strictObject(
    {
      size: v.optional(bytes),
      interval: v.optional(interval),
      keep: v.optional(
        number('a number of files', 'Give a whole number, 0 or more.', 0, Number.MAX_SAFE_INTEGER, true),
      ),
      keepSize: v.optional(bytes),
      gzip: v.optional(flag),
    } satisfies Record<keyof RotateSpec, v.GenericSchema>,
    'is not a rotation. Give { size } in bytes, { interval } in ms, or both.',
  ),
  v.check(
    ({ size, interval }) => size !== undefined || interval !== undefined,
    'never rotates. Give a size in bytes, an interval in ms, or both.',
  ),
);

const format = v.union(
  [
    v.picklist(['plain', 'prefixed', 'json']),
    v.custom<(line: string) => string>((value) => typeof value === 'function'),
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
  format: v.optional(format),
  rotate: v.optional(rotate),
  fsync: v.optional(fsync),
  onFull: v.optional(oneOf('a policy for a full log', ['block', 'drop'])),
  direct: v.optional(flag),
};

export const logSchema: v.GenericSchema<string | LogSpec> = v.union(
  [
    path,
    v.strictObject({ file: path, ...logOptions }),
    v.pipe(
      v.custom<object>(isRecord),
      v.strictObject({ stdout: v.optional(path), stderr: v.optional(path), ...logOptions }),
      v.check(({ stdout, stderr }) => stdout !== undefined || stderr !== undefined, remedy),
    ),
  ],
  remedy,
);

export const logFields: readonly string[] = ['file', 'stdout', 'stderr', ...Object.keys(logOptions)];
export const rotateFields: readonly string[] = ['size', 'interval', 'keep', 'keepSize', 'gzip'];

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
