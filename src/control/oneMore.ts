import type { ChildSpec } from '../model/childSpec.js';
import { instanceOf } from '../model/instanceOf.js';
import { settleOf } from '../model/settleOf.js';
import type { CommandResult, Description } from '../model/status.js';
import { withInstance } from '../model/withInstance.js';
import { serviceKey } from '../sources/serviceKey.js';
import type { Supervisor } from '../supervise.js';
import { awaitSettled } from './settled.js';

/**
 * Starts one more of the same, with the first `RXVISOR_INSTANCE` that none of the same has: one without is the first. Gives
 * its status once it is up, or is not.
 */
export async function startCopy(
  supervisor: Pick<Supervisor, 'describe' | 'start'>,
  { spec }: Description,
): Promise<CommandResult> {
  const service = serviceKey(spec);
  const family = supervisor
    .describe(({ name }) => name === spec.name)
    .map((each) => each.spec)
    .filter((each) => serviceKey(each) === service);
  return awaitSettled(supervisor.start(withInstance(spec, freeAmong(family))), settleOf(spec));
}

function freeAmong(family: readonly ChildSpec[]): number {
  const taken = new Set(family.map((each) => instanceOf(each) ?? 0));
  let instance = 0;
  while (taken.has(instance)) instance += 1;
  return instance;
}
