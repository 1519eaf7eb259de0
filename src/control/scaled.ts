import type { CommandResult, Description } from '../model/status.js';
import type { Target } from '../model/target.js';
import type { Supervisor } from '../supervise.js';
import { groupByService } from './byService.js';
import { startCopy } from './oneMore.js';

/**
 * Scales each service to `count` children: duplicates its last child, or deletes its last ones. Resolves when that is done.
 */
export async function scaleServices(
  supervisor: Supervisor,
  target: Target,
  count: number,
): Promise<readonly CommandResult[]> {
  const services = groupByService(supervisor.describe(target));
  return (await Promise.all(services.map(async (present) => scaledOne(supervisor, present, count)))).flat();
}

async function scaledOne(
  supervisor: Supervisor,
  descriptions: readonly Description[],
  count: number,
): Promise<readonly CommandResult[]> {
  const present = descriptions.toSorted((a, b) => numberOf(a) - numberOf(b));
  const last = present.at(-1);
  if (last === undefined) return [];
  const kept = present.slice(0, count).map(({ status }) => status.id);
  const over = new Set(present.slice(count).map(({ status }) => status.id));
  const more = Array.from({ length: count - kept.length }, async () => startCopy(supervisor, last));
  const fresh = await Promise.all(more);
  await supervisor.remove(({ id }) => over.has(id));
  const refusals = new Map(fresh.map(({ id, refused }) => [id, refused]));
  return supervisor
    .describe(({ id }) => kept.includes(id) || refusals.has(id))
    .map(({ status }) => {
      const refused = refusals.get(status.id) ?? (status.state === 'failed' ? hasFailed : undefined);
      return refused === undefined ? status : { ...status, refused };
    });
}

const hasFailed = 'it has failed. A restart runs it again.';

/** After a reload the first instance has a later id than it had. */
function numberOf({ status }: Description): number {
  return status.instance ?? 0;
}
