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

export interface GroupOptions {
  /** The group's name, for the `gaveUp` that is its last word. Default: none. */
  readonly name?: string | undefined;
  /** Delays in ms before what has failed is started again, or a schedule. Default: {@link defaultDelays}. */
  readonly restartAt?: readonly number[] | Schedule | undefined;
  /** What has been ready for this many ms is stable: its next failure is the first again. Default `1_800_000`. */
  readonly restartOk?: number | undefined;
  /** At most `max` restarts in the whole group within any `within` ms; beyond it the group gives up. Default: no limit. */
  readonly limit?: RestartLimit | undefined;
}

const groupOptions: OptionChecks<GroupOptions> = {
  name: text('a name'),
  // scheduleOf looks closer.
  restartAt: () => undefined,
  restartOk: delay,
  limit: restartLimit,
};

const memberRemedy = 'Give an array of functions: (command$) => managed$(spec, command$).';
const memberList = listOf('a list of members', memberRemedy, callback);

const wholeOf: unique symbol = Symbol('rxvisor.wholeOf');

/** Several children as one: a function from commands to events like each of them, and so a member of other groups. */
export interface Group {
  (command$?: Observable<Command>): Observable<ChildEvent>;
  /** The group as groups around it take it: readiness and failure of the whole, apart from its members'. */
  readonly [wholeOf]: GroupPart;
}

/**
 * A group of `members`.
 *
 * @param strategy makes one life of the members' lives; `restarted` keeps a part of it alive
 * @throws RxvisorError with code `ERR_OPTION` for an option that cannot be
 */
export function group(
  members: readonly Member[],
  strategy: (parts: readonly GroupPart[], restarted: (life$: GroupPart) => GroupPart) => GroupPart,
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
      let asked: 'stop' | 'restart' | undefined;
      let attempt = 0;

      const fail = (error: unknown): void => {
        failure ??= { error };
        budget.exhaust();
      };
      const life$ = strategy(
        members.map((member$) => memberPart(member$, partOf, fail)),
        (part$) => keepAlive(part$, { delays, restartOk, budget, fail }, scheduler),
      );
      const round$ = defer(() => {
        asked = undefined;
        attempt += 1;
        return life$(inside$).pipe(
          concatMap((notice) => (notice.type === 'failed' ? lastWords$(notice.reason) : of(notice))),
          concatWith(defer(() => (failure === undefined ? EMPTY : throwError(() => failure?.error)))),
        );
      });
      const lastWords$ = (reason: GaveUp['reason']): Observable<PartNotice> => {
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
        if (command.type === 'stop' || (command.type === 'restart' && asked !== 'stop')) asked = command.type;
        inside$.next(command.type === 'restart' ? { type: 'stop' } : command);
      };
      return merge(
        command$.pipe(tap(onCommand), ignoreElements(), takeUntil(over$)),
        round$.pipe(
          repeat({ delay: () => (asked === 'restart' ? of(true) : EMPTY) }),
          tap({ complete: () => over$.next(true) }),
        ),
      );
    });
  const run$ = (command$: Observable<Command> = NEVER): Observable<ChildEvent> => {
    checkArgument('command$', command$, commands);
    return withCommands(command$, (command$) =>
      whole$(command$).pipe(mergeMap((notice) => (notice.type === 'event' ? of(notice.event) : EMPTY))),
    );
  };
  return Object.assign(run$, { [wholeOf]: whole$ });
}

function partOf(member$: Member | Group): GroupPart | undefined {
  return wholeOf in member$ ? member$[wholeOf] : undefined;
}
