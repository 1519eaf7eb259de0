import {
  concat,
  defer,
  EMPTY,
  ignoreElements,
  interval,
  type Observable,
  of,
  type SchedulerLike,
  switchMap,
  takeWhile,
  timer,
} from 'rxjs';
import type { Daemonized, EventOrigin, Stopping } from '../model/childEvent.js';
import type { RunControl } from './reinsOf.js';

/** How often the emptying of a group is looked at, in ms. No call tells of it: waitid(2) knows only own children. */
const GROUP_POLL = 10;

/**
 * What a leader that has ended leaves behind: completes when nothing of it lives. If it left processes behind unasked, the
 * event `stopping` comes first. What seems to be a daemon of it, beside those processes or alone, is named at the end: nobody
 * can wait for it.
 */
export function groupEmpty$(
  { alive, asked }: Pick<RunControl, 'alive' | 'asked'>,
  daemons: () => readonly number[],
  origin: EventOrigin,
  scheduler: SchedulerLike,
): Observable<Stopping | Daemonized> {
  const emptied$ = defer(() =>
    alive()
      ? concat(
          asked() ? EMPTY : of<Stopping>({ type: 'stopping', reason: 'leftover', ...origin }),
          interval(GROUP_POLL, scheduler).pipe(takeWhile(alive), ignoreElements()),
        )
      : EMPTY,
  );
  const named$ = defer(() => {
    const pids = daemons();
    return pids.length === 0 ? EMPTY : of<Daemonized>({ type: 'daemonized', pids, ...origin });
  });
  // In the midst of an exec a process shows no environment for an instant, and so no cookie: a second look tells.
  const secondLook$ = defer(() =>
    daemons().length === 0 ? EMPTY : timer(GROUP_POLL, scheduler).pipe(switchMap(() => concat(emptied$, named$))),
  );
  return concat(emptied$, secondLook$);
}
