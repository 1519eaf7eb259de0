import type { LogSpec } from './childSpec.js';
import type { LogPlan } from './plan.js';

/** The files of a log spec: one for both streams when their paths come to the same, else one for each that has one. */
export function planLog(log: string | LogSpec, stripANSI: boolean, resolve: (path: string) => string): LogPlan {
  const spec: LogSpec = typeof log === 'string' ? { file: log } : log;
  return { files: filesOf(spec, resolve), format: spec.format ?? 'plain', stripANSI };
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
