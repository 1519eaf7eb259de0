import type { ChildSpec } from '../../model/spec/childSpec.js';
import { settleTime } from '../../model/startProgress.js';
import type { CommandResult, Description } from '../../model/status.js';
import type { Target } from '../../model/target.js';
import type { Supervisor } from '../../supervisor/supervise.js';
import { awaitSettled, groupByService } from './scale.js';

export interface ReloadOptions {
  /** How many at a time. Default `1`. */
  readonly parallel?: number | undefined;
}

/**
 * Restarts children one after the other, or `parallel` at a time, each once those before it are ready. One that shares its
 * ports is replaced: a new one is started, and the old one is stopped only when that is ready. The first that fails ends the
 * reload of its service: its other children go on as they are, also the one that was to be replaced. One that is deleted meanwhile stays so, and nothing is
 * told of it.
 */
export async function reload(
  supervisor: Supervisor,
  target: Target,
  { parallel = 1 }: ReloadOptions = {},
): Promise<readonly CommandResult[]> {
  const results: CommandResult[] = [];
  for (const all of groupByService(supervisor.describe(target)))
    results.push(...(await reloadService(supervisor, all, parallel)));
  return results;
}

async function reloadService(
  supervisor: Supervisor,
  all: readonly Description[],
  parallel: number,
): Promise<readonly CommandResult[]> {
  const results: CommandResult[] = [];
  for (let first = 0; first < all.length; first += parallel) {
    const failed = results.some(({ refused }) => refused !== undefined);
    const batch = all.slice(first, first + parallel);
    if (failed) results.push(...batch.map(({ status }) => ({ ...status, refused: 'one before it did not come up' })));
    else
      results.push(
        ...(await Promise.all(batch.map(async (description) => restartOrReplace(supervisor, description)))).flat(),
      );
  }
  return results;
}

async function restartOrReplace(supervisor: Supervisor, description: Description): Promise<readonly CommandResult[]> {
  const { spec, status } = description;
  if (spec.exec === 'cluster') return replaceInstance(supervisor, description);
  return supervisor.restart(status.id ?? 0, { settle: settleTime(spec) });
}

async function replaceInstance(
  supervisor: Supervisor,
  { status, spec, listens }: Description,
): Promise<readonly CommandResult[]> {
  const now = (): Description | undefined => supervisor.describe(status.id ?? 0)[0];
  if (now() === undefined) return [];
  // That it runs is no proof for what is to take over from a server.
  const next: ChildSpec = listens && spec.ready === 'spawn' ? { ...spec, ready: 'listening' } : spec;
  const fresh = supervisor.start(next);
  const outcome = await awaitSettled(fresh, settleTime(next));
  const before = now();
  if (outcome.refused === undefined && outcome.state === 'online' && before !== undefined) {
    await supervisor.remove(status.id ?? 0);
    return [outcome];
  }
  await supervisor.remove(fresh.id);
  if (before === undefined) return [];
  const ends = status.state === 'online' && (before.stops || before.status.state === 'stopped');
  const why = outcome.refused ?? 'it ended';
  const refused = ends ? 'it was stopped meanwhile' : `this one goes on; the new one: ${why}`;
  return [{ ...before.status, refused }];
}

/** Restarts children; done when each has been ready for as long as its spec says, or has failed to be. */
export async function restartChildren(
  supervisor: Pick<Supervisor, 'describe' | 'restart'>,
  target: Target,
): Promise<readonly CommandResult[]> {
  const all = supervisor.describe(target);
  const results = all.map(async ({ status, spec }) => supervisor.restart(status.id ?? 0, { settle: settleTime(spec) }));
  return (await Promise.all(results)).flat();
}
