import { extname, resolve } from 'node:path';
import { isRecord, refuseUnknown } from '../model/check.js';
import { delay } from '../model/checks.js';
import type { Effects } from '../model/effects.js';
import { SpecError } from '../model/errors.js';
import { specFields } from '../model/schema/specSchema.js';
import { show } from '../model/show.js';
import type { ChildSpec } from '../model/spec/childSpec.js';
import { interpreterOf } from '../process/resolveLaunch.js';
import { resolveSpec } from '../process/resolveSpec.js';
import { checkSize } from './poolOptions.js';
import type { SchedulerPlan } from './scheduler/poolState.js';

/**
 * The spec of the workers: that of a child with a Node script. Some defaults differ: `ready` is `'message'`, `restartOn` is `'exit'`
 * (so the pool keeps its size), and `limit` is `{ max: 5, within: 120_000 }`.
 */
export interface WorkerSpec extends ChildSpec {
  /** Number of workers. Default: the number of processors that this process may use. */
  readonly size?: number | undefined;
  /**
   * Minimum number of workers. The pool starts with these, and starts more while requests wait, up to `size`. It stops idle ones.
   * Default: `size`.
   */
  readonly min?: number | undefined;
  /** With `min`: how long a worker is idle before it is stopped, in ms. Default `60_000`. */
  readonly idleTimeout?: number | undefined;
}

/** The parts of the spec that the scheduler uses. */
type Scheduling = Pick<SchedulerPlan, 'min' | 'idleTimeout' | 'grace' | 'readyWait' | 'readyByMessage'>;

/** How long a worker that called another `ready()` may take to report it to the pool, in ms. */
const READY_WAIT = 500;

/** @throws {@link SpecError} before any effect */
export function planWorkers(
  workers: WorkerSpec,
  { readText }: Pick<Effects, 'readText'>,
): { readonly spec: ChildSpec; readonly size: number | undefined; readonly scheduling: Scheduling } {
  if (!isRecord(workers)) {
    throw new SpecError('spec', `${show(workers)} is not a worker. Give an object such as { script: 'worker.js' }.`);
  }
  refuseUnknown(workers, ['size', 'min', 'idleTimeout', ...specFields]);
  const { size, min, idleTimeout, ...given } = workers;
  if (size !== undefined) checkSize(size);
  checkElastic(workers);
  const spec: ChildSpec = {
    ...given,
    ready: given.ready ?? 'message',
    restartOn: given.restartOn ?? 'exit',
    limit: given.limit ?? { max: 5, within: 120_000 },
  };
  const atEnd = (['onExit', 'onFailure'] as const).find((field) => spec[field] === 'stopAll');
  if (atEnd !== undefined) {
    throw new SpecError(atEnd, `'stopAll' does not work in a pool: it replaces workers that have ended. Remove it.`);
  }
  if (spec.command !== undefined) {
    throw new SpecError('command', `${show(spec.command)} cannot be a worker: workers run in Node.js. Give a script.`);
  }
  const { script, interpreter } = spec;
  if (typeof script === 'string' && interpreterOf(script, interpreter)?.node !== true) {
    throw new SpecError(
      'script',
      `'${script}' cannot be a worker: workers run in Node.js. Give a script such as 'worker.js'.`,
    );
  }
  const { program } = resolveSpec(spec);
  const readyByMessage = spec.ready === 'message';
  const readyTimeout = spec.readyTimeout ?? 90_000;
  const scheduling: Scheduling = {
    min,
    idleTimeout: idleTimeout ?? 60_000,
    grace: spec.grace ?? 200,
    readyWait: readyByMessage ? Math.min(READY_WAIT, readyTimeout) : readyTimeout,
    readyByMessage,
  };
  if (script === undefined) return { spec, size, scheduling };
  if (extname(script) !== '' && isMissing(resolve(program.cwd, script), readText)) {
    throw new SpecError('script', `there is no file '${resolve(program.cwd, script)}'. Give the path of a worker.`);
  }
  return { spec, size, scheduling };
}

function checkElastic({ size = Infinity, min, idleTimeout }: WorkerSpec): void {
  if (min !== undefined && !(Number.isSafeInteger(min) && min >= 1 && min <= size)) {
    throw new SpecError('min', `${show(min)} is not a number of workers. Give a whole number from 1 to size.`);
  }
  if (idleTimeout === undefined) return;
  const problem = delay(idleTimeout);
  if (problem !== undefined) throw new SpecError('idleTimeout', `${show(idleTimeout)} ${problem.text}`);
  if (min === undefined) {
    throw new SpecError(
      'idleTimeout',
      `${show(idleTimeout)} has no effect without min. Give the fewest workers as min.`,
    );
  }
}

function isMissing(path: string, readText: Effects['readText']): boolean {
  try {
    readText(path);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}
