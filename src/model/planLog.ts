import type { LogSpec, RotateSpec } from './childSpec.js';
import type { LogPlan, RotatePlan } from './plan.js';

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
