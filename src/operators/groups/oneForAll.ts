import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { type Group, group, type GroupOptions } from './group.js';
import { startInOrder } from './inOrder.js';
import type { Member } from './member.js';

/**
 * Several children that only make sense together: when one gives up, all are stopped and started again.
 *
 * ```text
 * a          s r           p q         s r
 * b              s r       x g b           s r         in order: b once a is ready, a is stopped once b has gone
 * ```
 *
 * Everything that {@link oneForOne} says of groups holds, but for what a failure does: the other members are stopped, the
 * last one first, and after the delay all are started, the first one first. That counts as one restart.
 *
 * @param members functions from commands to events, groups among them, in the order of their start
 * @param options see {@link GroupOptions}
 * @param scheduler for delays, `restartOk` and the window of the limit. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION` for an option that cannot be
 * @throws an error of a member is passed on once the others have been stopped
 * @see https://www.erlang.org/doc/system/sup_princ.html#restart-strategy (one_for_all)
 * @example
 * ```ts
 * import { managed$, type Member, oneForAll } from 'rxvisor';
 *
 * const store: Member = (command$) => managed$({ name: 'store', command: 'sleep', args: ['9'], restartAt: [] }, command$);
 * const api: Member = (command$) => managed$({ name: 'api', command: 'false', restartAt: [] }, command$);
 *
 * oneForAll([store, api], { name: 'shop', limit: { max: 1, within: 60_000 } })().subscribe(({ name, type }) => {
 *   console.log(name, type); // ... api gaveUp, api backingOff, store stopping, ... shop gaveUp
 * });
 * ```
 */
export function oneForAll(
  members: readonly Member[],
  options: GroupOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): Group {
  return group(members, (parts, restarted) => restarted(startInOrder(parts)), options, scheduler);
}
