import { extname, resolve } from 'node:path';
import type { Effects } from '../effects.js';
import type { ChildSpec } from '../model/childSpec.js';
import { SpecError } from '../model/errors.js';
import { isRecord } from '../model/isRecord.js';
import { specFields } from '../model/specSchema.js';
import { refuseUnknown } from '../model/refuseUnknown.js';
import { show } from '../model/show.js';
import { resolveSpec } from '../sources/resolveSpec.js';
import { runnerOf } from '../sources/runnerOf.js';
import { checkSize } from './checkSize.js';

/**
 * What a worker runs: any spec of a child that is a script for Node. Some defaults differ: `ready` is `'message'`,
 * `restartOn` is `'exit'`, for a pool is to stay as large as it is, and `limit` is `{ max: 5, within: 120_000 }`.
 */
export interface WorkerSpec extends ChildSpec {
  /** How many workers. Default: as many as there are processors for this process. */
  readonly size?: number | undefined;
}

/** @throws {@link SpecError} before any effect */
export function planWorkers(
  workers: WorkerSpec,
  { readText }: Pick<Effects, 'readText'>,
): { readonly spec: ChildSpec; readonly size: number | undefined } {
  if (!isRecord(workers)) {
    throw new SpecError('spec', `${show(workers)} is not a worker. Give an object such as { script: 'worker.js' }.`);
  }
  refuseUnknown(workers, ['size', ...specFields]);
  const { size, ...given } = workers;
  if (size !== undefined) checkSize(size);
  const spec: ChildSpec = {
    ...given,
    ready: given.ready ?? 'message',
    restartOn: given.restartOn ?? 'exit',
    limit: given.limit ?? { max: 5, within: 120_000 },
  };
  if (spec.command !== undefined) {
    throw new SpecError('command', `${show(spec.command)} is no worker: those are run by Node. Give a script.`);
  }
  const { script, interpreter } = spec;
  if (typeof script === 'string' && runnerOf(script, interpreter)?.node !== true) {
    throw new SpecError(
      'script',
      `'${script}' is no worker: those are run by Node. Give a script such as 'worker.js'.`,
    );
  }
  const { program } = resolveSpec(spec);
  if (script === undefined) return { spec, size };
  if (extname(script) !== '' && isMissing(resolve(program.cwd, script), readText)) {
    throw new SpecError('script', `there is no file '${resolve(program.cwd, script)}'. Give the path of a worker.`);
  }
  return { spec, size };
}

function isMissing(path: string, readText: Effects['readText']): boolean {
  try {
    readText(path);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}
