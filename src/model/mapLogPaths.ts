import type { LogSpec } from './childSpec.js';

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
