import { catchError, concatMap, concatWith, defer, EMPTY, map, type Observable, of } from 'rxjs';
import { checkReturned } from '../../model/checks.js';
import { type ChildEvent, type EventOrigin, type GaveUp, isTerminal, originOf } from '../../model/childEvent.js';
import type { Command } from '../../model/command.js';
import { withAttempt } from '../../model/rawOutput.js';

/** A member of a group: a function from commands to events, such as `(command$) => managed$(spec, command$)` or another group. */
export type Member = (command$: Observable<Command>) => Observable<ChildEvent>;

/** A part of a group: one member, or several. It is controlled by commands, and `stop` ends it. */
export type GroupPart = (command$: Observable<Command>) => Observable<PartNotice>;

/** What a part reports to its group. `ready`: all its members are ready. */
export type PartNotice =
  { readonly type: 'event'; readonly event: ChildEvent } | { readonly type: 'ready' } | PartFailed;

/** The last notice of a part that has given up. All its members have ended. */
export interface PartFailed {
  readonly type: 'failed';
  readonly reason: GaveUp['reason'];
  readonly origin: EventOrigin;
}

/**
 * Makes a part of a group from a member. When it is restarted, the numbers of its runs continue.
 *
 * @param partOf returns the part of a member that is itself a group
 * @param fail called with an error of the member, which ends it
 */
export function memberPart(
  member$: Member,
  partOf: (member$: Member) => GroupPart | undefined,
  fail: (error: unknown) => void,
): GroupPart {
  const runs = new Map<string | undefined, number>();
  return (command$) =>
    defer(() => {
      const before = new Map(runs);
      const numberOf = ({ name, attempt }: EventOrigin): number => {
        const number = (before.get(name) ?? 0) + attempt;
        runs.set(name, Math.max(runs.get(name) ?? 0, number));
        return number;
      };
      const part$ = partOf(member$) ?? ((command$) => notices$(checkReturned('member', member$(command$))));
      return part$(command$).pipe(
        map((notice): PartNotice => {
          if (notice.type === 'event') {
            return { type: 'event', event: withAttempt(notice.event, numberOf(notice.event)) };
          }
          if (notice.type === 'ready') return notice;
          return { ...notice, origin: { ...notice.origin, attempt: numberOf(notice.origin) } };
        }),
        catchError((error: unknown) => {
          fail(error);
          return of<PartFailed>({ type: 'failed', reason: 'never', origin: { attempt: 0 } });
        }),
      );
    });
}

/** A member has failed if it completes after `gaveUp`, without another run. */
function notices$(event$: Observable<ChildEvent>): Observable<PartNotice> {
  return defer(() => {
    let failed: PartFailed | undefined;
    return event$.pipe(
      concatMap((event) => {
        if (event.type === 'gaveUp') failed = { type: 'failed', reason: event.reason, origin: originOf(event) };
        if (event.type === 'spawned' || isTerminal(event)) failed = undefined;
        const notice: PartNotice = { type: 'event', event };
        return event.type === 'ready' ? of<PartNotice[]>(notice, { type: 'ready' }) : of(notice);
      }),
      concatWith(defer(() => (failed === undefined ? EMPTY : of(failed)))),
    );
  });
}
