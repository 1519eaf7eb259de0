import { filter, type Observable, skip, skipWhile } from 'rxjs';
import type { ChildEvent } from './model/childEvent.js';
import { isTerminal } from './model/isTerminal.js';

/**
 * What becomes of the next run that begins after now, and after the one that is on, if one is: it is ready, or it has
 * failed and the next one has to wait. Nothing, if no run follows at all: that is an end, not an outcome.
 */
export function nextOutcome$(event$: Observable<ChildEvent>, inRun: boolean): Observable<ChildEvent> {
  const after$ = inRun
    ? event$.pipe(
        skipWhile((event) => !isTerminal(event)),
        skip(1),
      )
    : event$;
  return after$.pipe(
    // A wait that is announced before a run has begun belongs to the one before.
    skipWhile(({ type }) => type !== 'spawned' && type !== 'spawnFailed'),
    // How a run that fails goes on is known when it is known what follows.
    filter(({ type }) => type === 'ready' || type === 'backingOff'),
  );
}
