import { resolve } from 'node:path';
import type { ChildSpec } from '../model/childSpec.js';
import { mapLogPaths } from '../model/mapLogPaths.js';

/** A spec whose relative paths start at `folder`, wherever the manager is. `script` follows `cwd`, as always. */
export function rebaseSpec(spec: ChildSpec, folder: string): ChildSpec {
  const cwd = resolve(folder, spec.cwd ?? '.');
  return spec.log === undefined
    ? { ...spec, cwd }
    : { ...spec, cwd, log: mapLogPaths(spec.log, (path) => resolve(folder, path)) };
}
