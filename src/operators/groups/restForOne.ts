import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { type Group, group, type GroupOptions } from './group.js';
import { startInOrder } from './inOrder.js';
import type { Member } from './member.js';

/**
 * Several children each of which needs those before it: when one gives up, it and those after it are started again.
 *
 * ```text
 * a          s r
 * b              s r       x g b           s r
 * c                  s r       p q             s r
 * ```
 *
 * Everything that {@link oneForOne} says of groups holds, but for what a failure does: the members after the one that
 * failed are stopped, the last one first, and after the delay it and they are started in order. That counts as one
 * restart.
 *
 * @param members functions from commands to events, groups among them, in the order of their start
 * @param options see {@link GroupOptions}
 * @param scheduler for delays, `restartOk` and the window of the limit. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION` for an option that cannot be
 * @throws an error of a member is passed on once the others have been stopped
 * @see https://www.erlang.org/doc/system/sup_princ.html#restart-strategy (rest_for_one)
 * @example
 * ```ts
 * import { managed$, type Member, restForOne } from 'rxvisor';
 *
 * const database: Member = (command$) => managed$({ name: 'database', command: 'sleep', args: ['1'] }, command$);
 * const app: Member = (command$) => managed$({ name: 'app', command: 'true' }, command$);
 *
 * restForOne([database, app])().subscribe(({ name, type }) => {
 *   console.log(name, type); // database spawned, database ready, app spawned, ...
 * });
 * ```
 */
export function restForOne(
  members: readonly Member[],
  options: GroupOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): Group {
  return group(members, startInOrder, options, scheduler);
}
