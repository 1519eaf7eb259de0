import type { ChildSpec, LineFormat, LogSpec, RotateSpec } from './childSpec.js';

/**
 * The files of a log spec: one for both streams when their paths come to the same, else one for each that has one. Missing
 * ones are created with `umask`, if there is one.
 */
export function planLog(
  log: string | LogSpec,
  stripANSI: boolean,
  resolve: (path: string) => string,
  umask?: number,
): LogPlan {
  const spec: LogSpec = typeof log === 'string' ? { file: log } : log;
  const { format = 'plain', onFull = 'block', direct = false, rotate, fsync = 'never' } = spec;
  return {
    files: filesOf(spec, resolve),
    format,
    stripANSI,
    onFull,
    direct,
    file: { rotate: rotate === undefined ? undefined : planRotation(rotate), fsync, umask },
  };
}

/** Every limit that is not given is no limit, but for the number of files: a log that is rotated is not to fill the disk. */
export function planRotation({ size, interval, keep, keepSize, gzip }: RotateSpec): RotatePlan {
  return {
    size: size ?? Infinity,
    interval: interval ?? Infinity,
    keep: keep ?? 10,
    keepSize: keepSize ?? Infinity,
    gzip: gzip ?? false,
  };
}

function filesOf(spec: LogSpec, resolve: (path: string) => string): LogPlan['files'] {
  if ('file' in spec) return [{ path: resolve(spec.file), stream: undefined }];
  const stdout = spec.stdout === undefined ? undefined : resolve(spec.stdout);
  const stderr = spec.stderr === undefined ? undefined : resolve(spec.stderr);
  if (stdout !== undefined && stdout === stderr) return [{ path: stdout, stream: undefined }];
  return [
    ...(stdout === undefined ? [] : [{ path: stdout, stream: 'stdout' as const }]),
    ...(stderr === undefined ? [] : [{ path: stderr, stream: 'stderr' as const }]),
  ];
}

/** The files of a log: `stream` undefined is both. Paths are absolute. */
export interface LogPlan {
  readonly files: readonly { readonly path: string; readonly stream: 'stdout' | 'stderr' | undefined }[];
  readonly format: LineFormat;
  readonly stripANSI: boolean;
  readonly onFull: 'block' | 'drop';
  /** The child writes them itself. */
  readonly direct: boolean;
  readonly file: FilePlan;
}

/** How one file is kept. */
export interface FilePlan {
  readonly rotate: RotatePlan | undefined;
  readonly fsync: 'never' | 'end' | number;
  /** Takes permissions away from a file and a folder that have to be created. */
  readonly umask?: number | undefined;
}

/** Sizes are in bytes, `interval` in ms; what is not limited is `Infinity`. */
export interface RotatePlan {
  readonly size: number;
  readonly interval: number;
  readonly keep: number;
  readonly keepSize: number;
  readonly gzip: boolean;
}

/** Named by the time of its rotation in UTC, so that the order of the names is that of the files. */
const rotated = /^\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z(?:\.gz)?$/;

/** Whether a name is one that a rotation gives to a log of this name, compressed or not. */
export function isRotated(log: string, name: string): boolean {
  return name.startsWith(log) && rotated.test(name.slice(log.length));
}

/** A log with other paths. */
export function mapLogPaths(log: string | LogSpec, change: (path: string) => string): string | LogSpec {
  if (typeof log === 'string') return change(log);
  if ('file' in log) return { ...log, file: change(log.file) };
  const { stdout, stderr } = log;
  return {
    ...log,
    ...(stdout !== undefined && { stdout: change(stdout) }),
    ...(stderr !== undefined && { stderr: change(stderr) }),
  };
}

/** The files that a child's log goes to, by the paths of its spec. */
export function logFilesOf({ log }: Pick<ChildSpec, 'log'>): LogPlan['files'] {
  return log === undefined ? [] : planLog(log, false, (path) => path).files;
}

/** Whether a stream goes to a file. */
export function isLogged({ log }: ChildSpec, stream: 'stdout' | 'stderr'): boolean {
  if (log === undefined) return false;
  return typeof log === 'string' || 'file' in log || log[stream] !== undefined;
}
