import { type Observable, skip, skipWhile } from 'rxjs';
import type { ChildEvent } from './model/childEvent.js';
import { isTerminal } from './model/isTerminal.js';

/** The events from the next run on: the one that begins after now, and after the end of the one that is on, if one is. */
export function nextRun$(event$: Observable<ChildEvent>, inRun: boolean): Observable<ChildEvent> {
  const after$ = inRun
    ? event$.pipe(
        skipWhile((event) => !isTerminal(event)),
        skip(1),
      )
    : event$;
  // A wait that is announced before a run has begun belongs to the one before.
  return after$.pipe(skipWhile(({ type }) => type !== 'spawned' && type !== 'spawnFailed'));
}
