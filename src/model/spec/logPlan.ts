import type { ChildSpec } from './childSpec.js';
import type { LineFormat, LogSpec, RotateSpec } from './logSpec.js';

/** A log spec with all defaults. */
export interface LogPlan {
  /** Paths are absolute. `stream` undefined: both streams. */
  readonly files: readonly { readonly path: string; readonly stream: 'stdout' | 'stderr' | undefined }[];
  readonly format: LineFormat;
  readonly stripANSI: boolean;
  readonly onFull: 'block' | 'drop';
  /** Whether the child writes the files itself. */
  readonly direct: boolean;
  readonly file: FilePlan;
}

/** How each file of a log is written. */
export interface FilePlan {
  readonly rotate: RotatePlan | undefined;
  readonly fsync: 'never' | 'end' | number;
  /** For files and folders that have to be created. */
  readonly umask?: number | undefined;
}

/** Sizes are in bytes, `interval` in ms. `Infinity`: no limit. */
export interface RotatePlan {
  readonly size: number;
  readonly interval: number;
  readonly keep: number;
  readonly keepSize: number;
  readonly gzip: boolean;
}

/**
 * Fills in the defaults of a log spec.
 *
 * If both streams have the same path, there is one file for both.
 *
 * @param resolve makes a path absolute
 * @param umask for files that have to be created. Default: that of the manager
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

/** Fills in the defaults. Only `keep` has a limit by default, so that rotated files do not fill the disk. */
export function planRotation({ size, interval, keep, keepSize, gzip }: RotateSpec): RotatePlan {
  return {
    size: size ?? Infinity,
    interval: interval ?? Infinity,
    keep: keep ?? 10,
    keepSize: keepSize ?? Infinity,
    gzip: gzip ?? false,
  };
}

/** Whether `name` is a rotated file of the log, compressed or not. */
export function isRotated(log: string, name: string): boolean {
  return name.startsWith(log) && rotatedSuffix.test(name.slice(log.length));
}

/** Changes the paths of a log spec. */
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

/** The log files of a child, with the paths as in its spec. */
export function logFilesOf({ log }: Pick<ChildSpec, 'log'>): LogPlan['files'] {
  return log === undefined ? [] : planLog(log, false, (path) => path).files;
}

/** Whether a stream is written to a file. */
export function isLogged({ log }: ChildSpec, stream: 'stdout' | 'stderr'): boolean {
  if (log === undefined) return false;
  return typeof log === 'string' || 'file' in log || log[stream] !== undefined;
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

/** The suffix of a rotated file: the time of the rotation in UTC. The order of the names is the order in time. */
const rotatedSuffix = /^\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z(?:\.gz)?$/;
