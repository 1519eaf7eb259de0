import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { type Group, group, type GroupOptions } from './group.js';
import { startInOrder } from './inOrder.js';
import type { Member } from './member.js';

/**
 * Runs several children with a common order and limit: when one gives up, only that one is restarted.
 *
 * ```text
 * a          s r           x g b       s r
 * b              s r
 * ```
 *
 * A group is a function from commands to events, as `(command$) => managed$(spec, command$)` is. So groups can be nested.
 *
 * - Members start in order, each when the one before is `ready`. They stop in reverse order, each when the one after it has ended.
 *   An unsubscription stops them in the same way.
 * - A member restarts by its own schedule and limit. The group acts when the member has given up. With `restartAt: []` for members,
 *   the group acts at every crash.
 * - A member that ended without a failure, or was stopped by commands of its own, is not restarted. The group completes when all
 *   members have ended.
 * - A failed member is restarted after the delays of `restartAt`. `backingOff` has the name of that member, and the numbers of its
 *   runs continue.
 * - `limit` counts the restarts of the whole group. When it is reached, the group stops its other members and emits `gaveUp`. For
 *   an outer group, that is a member that has given up: failures escalate.
 * - `stop` and `restart` are for the whole group. `reset` is for the group and all members. Other commands go to all running
 *   members.
 *
 * @param members functions from commands to events, in the order of their start. A member can be a group
 * @param options see {@link GroupOptions}. Default `{}`
 * @param scheduler for delays, `restartOk` and the window of `limit`. Default `asyncScheduler`
 * @returns a function from commands to events
 * @throws RxvisorError with code `ERR_OPTION` for an invalid argument
 * @throws an error of a member, when all others have been stopped
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
