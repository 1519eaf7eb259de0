import {
  concatMap,
  concatWith,
  defer,
  EMPTY,
  ignoreElements,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  repeat,
  type SchedulerLike,
  Subject,
  takeUntil,
  tap,
  throwError,
} from 'rxjs';
import { checkArgument, checkOptions, type OptionChecks } from '../../model/check.js';
import { callback, checkScheduler, commands, delay, listOf, restartLimit, text } from '../../model/checks.js';
import type { ChildEvent, EventOrigin, GaveUp } from '../../model/childEvent.js';
import type { Command } from '../../model/command.js';
import type { RestartLimit, Schedule } from '../../model/spec/childSpec.js';
import { defaultDelays, scheduleOf } from '../../model/spec/schedule.js';
import { restartBudget } from '../restartPolicy.js';
import { withCommands } from '../withCommands.js';
import { keepAlive } from './keepAlive.js';
import { type GroupPart, type Member, memberPart, type PartNotice } from './member.js';

/** The options of {@link oneForOne}, {@link oneForAll} and {@link restForOne}. */
export interface GroupOptions {
  /** The name of the group, in its `gaveUp` event. Default: none. */
  readonly name?: string | undefined;
  /** The delays in ms before a restart of failed members, or a schedule. Default: {@link defaultDelays}. */
  readonly restartAt?: readonly number[] | Schedule | undefined;
  /** Members that have been ready for this many ms are stable: the next failure counts as the first again. Default `1_800_000`. */
  readonly restartOk?: number | undefined;
  /** At most `max` restarts in the whole group within any `within` ms. After that, the group gives up. Default: no limit. */
  readonly limit?: RestartLimit | undefined;
}

const groupOptions: OptionChecks<GroupOptions> = {
  name: text('a name'),
  // Checked by scheduleOf.
  restartAt: () => undefined,
  restartOk: delay,
  limit: restartLimit,
};

const memberRemedy = 'Give an array of functions: (command$) => managed$(spec, command$).';
const memberList = listOf('a list of members', memberRemedy, callback);

const groupPart: unique symbol = Symbol('rxvisor.groupPart');

/** A group: a function from commands to events, as its members are. So a group can be a member of another group. */
export interface Group {
  (command$?: Observable<Command>): Observable<ChildEvent>;
  /** The group as a part of an outer group, with the readiness and the failure of the whole group. */
  readonly [groupPart]: GroupPart;
}

/**
 * Makes a group of `members`.
 *
 * @param strategy combines the parts into one; `restarted` makes a part that is restarted when it fails
 * @throws RxvisorError with code `ERR_OPTION` for an invalid argument
 */
export function group(
  members: readonly Member[],
  strategy: (parts: readonly GroupPart[], restarted: (part$: GroupPart) => GroupPart) => GroupPart,
  options: GroupOptions,
  scheduler: SchedulerLike,
): Group {
  checkArgument('members', members, memberList);
  checkOptions(options, groupOptions);
  const { name, restartAt: delays = defaultDelays, restartOk, limit } = options;
  scheduleOf(delays);
  checkScheduler(scheduler);
  const whole$: GroupPart = (command$) =>
    defer(() => {
      const budget = restartBudget(limit);
      const inside$ = new Subject<Command>();
      const over$ = new Subject<true>();
      let failure: { readonly error: unknown } | undefined;
      let requested: 'stop' | 'restart' | undefined;
      let attempt = 0;

      const fail = (error: unknown): void => {
        failure ??= { error };
        budget.exhaust();
      };
      const members$ = strategy(
        members.map((member$) => memberPart(member$, partOf, fail)),
        (part$) => keepAlive(part$, { delays, restartOk, budget, fail }, scheduler),
      );
      const run$ = defer(() => {
        requested = undefined;
        attempt += 1;
        return members$(inside$).pipe(
          concatMap((notice) => (notice.type === 'failed' ? gaveUp$(notice.reason) : of(notice))),
          concatWith(defer(() => (failure === undefined ? EMPTY : throwError(() => failure?.error)))),
        );
      });
      const gaveUp$ = (reason: GaveUp['reason']): Observable<PartNotice> => {
        if (failure !== undefined) return EMPTY;
        const origin: EventOrigin = name === undefined ? { attempt } : { name, attempt };
        return of<PartNotice[]>(
          { type: 'event', event: { type: 'gaveUp', reason, ...origin } },
          { type: 'failed', reason, origin },
        );
      };
      const onCommand = (command: Command): void => {
        const isManual = command.type === 'restart' && command.trigger === undefined;
        if (command.type === 'reset' || isManual) budget.reset();
        if (command.type === 'stop' || (command.type === 'restart' && requested !== 'stop')) requested = command.type;
        inside$.next(command.type === 'restart' ? { type: 'stop' } : command);
      };
      return merge(
        command$.pipe(tap(onCommand), ignoreElements(), takeUntil(over$)),
        run$.pipe(
          repeat({ delay: () => (requested === 'restart' ? of(true) : EMPTY) }),
          tap({ complete: () => over$.next(true) }),
        ),
      );
    });
  const group$ = (command$: Observable<Command> = NEVER): Observable<ChildEvent> => {
    checkArgument('command$', command$, commands);
    return withCommands(command$, (command$) =>
      whole$(command$).pipe(mergeMap((notice) => (notice.type === 'event' ? of(notice.event) : EMPTY))),
    );
  };
  return Object.assign(group$, { [groupPart]: whole$ });
}

function partOf(member$: Member | Group): GroupPart | undefined {
  return groupPart in member$ ? member$[groupPart] : undefined;
}
