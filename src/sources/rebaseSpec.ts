import { resolve } from 'node:path';
import type { ChildSpec, LogSpec } from '../model/childSpec.js';

/** A spec whose relative paths start at `folder`, wherever the manager is. `script` follows `cwd`, as always. */
export function rebaseSpec(spec: ChildSpec, folder: string): ChildSpec {
  const cwd = resolve(folder, spec.cwd ?? '.');
  return spec.log === undefined ? { ...spec, cwd } : { ...spec, cwd, log: rebaseLog(spec.log, folder) };
}

function rebaseLog(log: string | LogSpec, folder: string): string | LogSpec {
  if (typeof log === 'string') return resolve(folder, log);
  if ('file' in log) return { ...log, file: resolve(folder, log.file) };
  const { stdout, stderr } = log;
  return {
    ...log,
    ...(stdout !== undefined && { stdout: resolve(folder, stdout) }),
    ...(stderr !== undefined && { stderr: resolve(folder, stderr) }),
  };
}
