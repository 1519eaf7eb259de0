import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { type Group, group, type GroupOptions } from './group.js';
import { startInOrder } from './inOrder.js';
import type { Member } from './member.js';

/**
 * Several children that share a limit and an order: when one gives up, it alone is started again.
 *
 * ```text
 * a          s r           x g b       s r
 * b              s r
 * ```
 *
 * A group is a function from commands to events, as `(command$) => managed$(spec, command$)` is, so that groups nest.
 *
 * - It is started in order, each member once the one before is `ready`, and stopped in reverse, each once the one after it
 *   has gone; so it is on unsubscription.
 * - A member heals itself as long as its own schedule and limit let it; the group acts when the member has given up. Give
 *   members `restartAt: []` to let the group act at every crash. A member that has ended well, or was stopped by its own
 *   commands, is left as it is; the group is over when all are.
 * - What has failed is started again after the delays of `restartAt`, shown as `backingOff` in the name of the member that
 *   failed; its runs are numbered on.
 * - `limit` counts the restarts of the whole group. Beyond it the group stops what is left of itself, and its last word is
 *   `gaveUp`: to a group around it, that is a member that has given up. This is how failures escalate.
 * - `stop` and `restart` are for the group as a whole, `reset` for it and all members; other commands reach all members
 *   that run.
 *
 * @param members functions from commands to events, groups among them, in the order of their start
 * @param options see {@link GroupOptions}
 * @param scheduler for delays, `restartOk` and the window of the limit. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION` for an option that cannot be
 * @throws an error of a member is passed on once the others have been stopped
 * @see https://www.erlang.org/doc/system/sup_princ.html#restart-strategy (one_for_one), #maximum-restart-intensity
 * @example
 * ```ts
 * import { managed$, type Member, oneForOne } from 'rxvisor';
 *
 * const worker = (name: string, code: number): Member => (command$) =>
 *   managed$({ name, command: 'sh', args: ['-c', `exit ${String(code)}`], restartAt: [] }, command$);
 *
 * oneForOne([worker('a', 0), worker('b', 1)], { limit: { max: 2, within: 60_000 } })().subscribe(({ name, type }) => {
 *   console.log(name, type); // a spawned, a ready, b spawned, ... b backingOff, ...
 * });
 * ```
 */
export function oneForOne(
  members: readonly Member[],
  options: GroupOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): Group {
  return group(members, (parts, restarted) => startInOrder(parts.map(restarted)), options, scheduler);
}
