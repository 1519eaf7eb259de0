import { catchError, concatMap, concatWith, defer, EMPTY, map, type Observable, of } from 'rxjs';
import { checkReturned } from '../../model/checks.js';
import { type ChildEvent, type EventOrigin, type GaveUp, isTerminal, originOf } from '../../model/childEvent.js';
import type { Command } from '../../model/command.js';
import { withAttempt } from '../../model/rawOutput.js';

/** A child as a group takes it: `(command$) => managed$(spec, command$)`, or another group. */
export type Member = (command$: Observable<Command>) => Observable<ChildEvent>;

/**
 * A member as a part of a group. Its runs are numbered on when it is started again.
 *
 * @param whole gives the life of a member that is a group
 * @param fail is told the errors of the member, each of which is its end
 */
export function memberPart(
  member$: Member,
  whole: (member$: Member) => GroupPart | undefined,
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
      const life$ = whole(member$) ?? ((command$) => notices$(checkReturned('member', member$(command$))));
      return life$(command$).pipe(
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

/** It has failed when it completes and `gaveUp` was the last that it said of its runs. */
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

/** A part of a group, from its start to its end, steered by commands. A `stop` ends it; what else does is its own affair. */
export type GroupPart = (command$: Observable<Command>) => Observable<PartNotice>;

/** What a group hears of a part. `ready`: all of it is. */
export type PartNotice =
  { readonly type: 'event'; readonly event: ChildEvent } | { readonly type: 'ready' } | PartFailed;

/** It has given up, and nothing of it is left: a part's last word. */
export interface PartFailed {
  readonly type: 'failed';
  readonly reason: GaveUp['reason'];
  readonly origin: EventOrigin;
}
