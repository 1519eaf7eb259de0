import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { type Group, group, type GroupOptions } from './group.js';
import { startInOrder } from './inOrder.js';
import type { Member } from './member.js';

/**
 * Runs several children, each of which needs the ones before it: when one gives up, it and all later ones are restarted.
 *
 * ```text
 * a          s r
 * b              s r       x g b           s r
 * c                  s r       p q             s r
 * ```
 *
 * It works as {@link oneForOne}, except for a failure: the members after the failed one stop, the last one first. After the delay,
 * the failed member and the later ones start in order. That counts as one restart.
 *
 * @param members functions from commands to events, in the order of their start. A member can be a group
 * @param options see {@link GroupOptions}. Default `{}`
 * @param scheduler for delays, `restartOk` and the window of `limit`. Default `asyncScheduler`
 * @returns a function from commands to events
 * @throws RxvisorError with code `ERR_OPTION` for an invalid argument
 * @throws an error of a member, when all others have been stopped
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
