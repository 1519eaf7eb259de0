import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { type Group, group, type GroupOptions } from './group.js';
import { startInOrder } from './inOrder.js';
import type { Member } from './member.js';

/**
 * Runs several children that need each other: when one gives up, all are restarted.
 *
 * ```text
 * a          s r           p q         s r
 * b              s r       x g b           s r         in order: b starts when a is ready, a stops when b has ended
 * ```
 *
 * It works as {@link oneForOne}, except for a failure: the other members stop, the last one first. After the delay, all members
 * start in order. That counts as one restart.
 *
 * @param members functions from commands to events, in the order of their start. A member can be a group
 * @param options see {@link GroupOptions}. Default `{}`
 * @param scheduler for delays, `restartOk` and the window of `limit`. Default `asyncScheduler`
 * @returns a function from commands to events
 * @throws RxvisorError with code `ERR_OPTION` for an invalid argument
 * @throws an error of a member, when all others have been stopped
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
