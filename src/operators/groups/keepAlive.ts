import {
  catchError,
  concatMap,
  defer,
  EMPTY,
  endWith,
  merge,
  mergeMap,
  type Observable,
  of,
  type SchedulerLike,
  Subject,
  takeWhile,
  tap,
} from 'rxjs';
import { type ChildEvent, isTerminal } from '../../model/childEvent.js';
import type { Schedule } from '../../model/spec/childSpec.js';
import { restartAt } from '../restartAt.js';
import type { RestartBudget } from '../restartPolicy.js';
import type { GroupPart, PartFailed, PartNotice } from './member.js';

/** The options of {@link keepAlive}. */
export interface KeepAliveOptions {
  readonly delays: readonly number[] | Schedule;
  readonly restartOk: number | undefined;
  readonly budget: RestartBudget;
  /** Called with an error of `restartAt`: one that the schedule threw, for example. */
  readonly fail: (error: unknown) => void;
}

const attempt = 1;
const ready: ChildEvent = { type: 'spawned', pid: 0, attempt };
const done: ChildEvent = { type: 'exited', code: 0, signal: null, uptime: 0, expected: false, attempt };
const crash: ChildEvent = { ...done, code: 1 };
const limitReached: ChildEvent = { type: 'gaveUp', reason: 'limit', attempt };

/**
 * Restarts a part of a group when it fails. It shows the part to `restartAt` as a child: `spawned` when the part is ready, and a
 * crash when it has failed. The resulting events get the name of the failed member.
 */
export function keepAlive(
  part$: GroupPart,
  { delays, restartOk, budget, fail }: KeepAliveOptions,
  scheduler: SchedulerLike,
): GroupPart {
  return (command$) =>
    defer(() => {
      const notice$ = new Subject<PartNotice>();
      let failed: PartFailed = { type: 'failed', reason: 'never', origin: { attempt } };
      const run$ = defer(() => part$(command$)).pipe(
        tap((notice) => {
          if (notice.type === 'failed') failed = notice;
          else notice$.next(notice);
        }),
        concatMap((notice) => {
          if (notice.type === 'event') return EMPTY;
          if (notice.type === 'ready') return of(ready);
          return of(budget.tryTake(scheduler.now()) ? crash : limitReached);
        }),
        endWith(done),
        takeWhile((event) => !isTerminal(event) && event !== limitReached, true),
      );
      const policy$ = run$.pipe(
        restartAt(delays, { restartOk, command$ }, scheduler),
        mergeMap((event) => toNotice$(event, failed)),
        catchError((error: unknown) => {
          fail(error);
          return of(failed);
        }),
        tap({ complete: () => notice$.complete() }),
      );
      return merge(notice$, policy$);
    });
}

function toNotice$(event: ChildEvent, failed: PartFailed): Observable<PartNotice> {
  switch (event.type) {
    case 'backingOff':
    case 'refused':
    case 'stopping':
      return of({ type: 'event', event: { ...event, ...failed.origin } });
    case 'gaveUp':
      return of({ ...failed, reason: event.reason });
    default:
      return EMPTY;
  }
}
