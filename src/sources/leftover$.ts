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
import type { Reins } from './reinsOf.js';

/** How often the emptying of a group is looked at, in ms. No call tells of it: waitid(2) knows only own children. */
const GROUP_POLL = 10;

/**
 * What a leader that has ended leaves behind: completes when nothing of it lives. If it left somebody behind unasked, says so
 * first; so it does of what seems to be a daemon of it, which nobody can wait for.
 */
export function leftover$(
  { alive, asked }: Pick<Reins, 'alive' | 'asked'>,
  daemons: () => readonly number[],
  origin: EventOrigin,
  scheduler: SchedulerLike,
): Observable<Stopping | Daemonized> {
  const emptied$ = defer(() =>
    concat(
      asked() ? EMPTY : of<Stopping>({ type: 'stopping', reason: 'leftover', ...origin }),
      interval(GROUP_POLL, scheduler).pipe(takeWhile(alive), ignoreElements()),
    ),
  );
  return defer(() => {
    if (alive()) return emptied$;
    if (asked() || daemons().length === 0) return EMPTY;
    // In the midst of an exec a process shows no environment for an instant, and so no cookie: a second look tells.
    return timer(GROUP_POLL, scheduler).pipe(
      switchMap(() => {
        if (alive()) return emptied$;
        const pids = daemons();
        return pids.length === 0 ? EMPTY : of<Daemonized>({ type: 'daemonized', pids, ...origin });
      }),
    );
  });
}
