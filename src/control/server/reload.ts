import type { ChildSpec } from '../../model/spec/childSpec.js';
import { type InheritedEnv, withInheritedEnv } from '../../model/spec/inheritedEnv.js';
import { settleTime } from '../../model/startProgress.js';
import type { CommandResult, Description } from '../../model/status.js';
import type { Target } from '../../model/target.js';
import type { Supervisor } from '../../supervisor/supervise.js';
import { awaitSettled, groupByService } from './scale.js';

export interface ReloadOptions {
  /** Number of children to restart at a time. Default `1`. */
  readonly parallel?: number | undefined;
  /** The variables that the new runs inherit. Default: no change. */
  readonly extendEnv?: InheritedEnv | undefined;
}

/**
 * Rolling reload: restarts the children of each service one by one, or `parallel` at a time. Each waits until those
 * before it are ready.
 *
 * A child that shares its ports (`exec: 'cluster'`) is replaced: the old child is stopped only when the new one is
 * ready. The first failure ends the reload of that service. The other children go on unchanged, and so does the child
 * that could not be replaced. A child that is deleted during the reload stays deleted, and has no result.
 */
export async function reload(
  supervisor: Supervisor,
  target: Target,
  { parallel = 1, extendEnv }: ReloadOptions = {},
): Promise<readonly CommandResult[]> {
  const results: CommandResult[] = [];
  for (const all of groupByService(supervisor.describe(target)))
    results.push(...(await reloadService(supervisor, all, parallel, extendEnv)));
  return results;
}

/** Restarts children. Resolves when each has been ready for its settle time or has failed. */
export async function restartChildren(
  supervisor: Pick<Supervisor, 'describe' | 'restart'>,
  target: Target,
  extendEnv?: InheritedEnv,
): Promise<readonly CommandResult[]> {
  const all = supervisor.describe(target);
  const results = all.map(async ({ status, spec }) =>
    supervisor.restart(status.id ?? 0, { settle: settleTime(spec), extendEnv }),
  );
  return (await Promise.all(results)).flat();
}

async function reloadService(
  supervisor: Supervisor,
  all: readonly Description[],
  parallel: number,
  extendEnv: InheritedEnv | undefined,
): Promise<readonly CommandResult[]> {
  const results: CommandResult[] = [];
  for (let first = 0; first < all.length; first += parallel) {
    const failed = results.some(({ refused }) => refused !== undefined);
    const batch = all.slice(first, first + parallel);
    if (failed)
      results.push(
        ...batch.map(({ status }) => ({
          ...status,
          refused: 'not reloaded: the reload of an instance before it failed',
        })),
      );
    else
      results.push(
        ...(
          await Promise.all(batch.map(async (description) => restartOrReplace(supervisor, description, extendEnv)))
        ).flat(),
      );
  }
  return results;
}

async function restartOrReplace(
  supervisor: Supervisor,
  description: Description,
  extendEnv: InheritedEnv | undefined,
): Promise<readonly CommandResult[]> {
  const { spec, status } = description;
  if (spec.exec === 'cluster')
    return replaceInstance(supervisor, { ...description, spec: withInheritedEnv(spec, extendEnv) });
  return supervisor.restart(status.id ?? 0, { settle: settleTime(spec), extendEnv });
}

async function replaceInstance(
  supervisor: Supervisor,
  { status, spec, listens }: Description,
): Promise<readonly CommandResult[]> {
  const id = status.id ?? 0;
  const [old] = supervisor.children(id);
  if (old === undefined) return [];
  /** The old child, unless it is removed meanwhile. It is listed before its successor. */
  const now = (): Description | undefined => {
    const [first] = supervisor.describe(id);
    return supervisor.children(id)[0] === old && first?.removing === false ? first : undefined;
  };
  // The new child replaces a server, so it must listen before the old one is stopped.
  const next: ChildSpec = listens && spec.ready === 'spawn' ? { ...spec, ready: 'listening' } : spec;
  const fresh = supervisor.add(next, { id });
  fresh.start();
  const outcome = await awaitSettled(fresh, settleTime(next));
  const before = now();
  if (outcome.refused === undefined && outcome.state === 'online' && before !== undefined) {
    await old.remove();
    return [outcome];
  }
  await fresh.remove();
  if (before === undefined) return [];
  const ends = status.state === 'online' && (before.stops || before.status.state === 'stopped');
  const why = outcome.refused ?? 'it ended';
  const refused = ends ? 'it was stopped meanwhile' : `this one goes on; the new one: ${why}`;
  return [{ ...before.status, refused }];
}
