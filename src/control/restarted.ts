import { settleOf } from '../model/settleOf.js';
import type { CommandResult } from '../model/status.js';
import type { Target } from '../model/target.js';
import type { Supervisor } from '../supervise.js';

/** Restarts children; done when each has been ready for as long as its spec says, or has failed to be. */
export async function restarted(
  supervisor: Pick<Supervisor, 'describe' | 'restart'>,
  target: Target,
): Promise<readonly CommandResult[]> {
  const all = supervisor.describe(target);
  const results = all.map(async ({ status, spec }) => supervisor.restart(status.id ?? 0, { settle: settleOf(spec) }));
  return (await Promise.all(results)).flat();
}
