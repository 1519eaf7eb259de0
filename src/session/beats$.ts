import { EMPTY, filter, type Observable, switchMap } from 'rxjs';
import type { ChildEvent } from '../model/childEvent.js';
import { isTerminal } from '../model/isTerminal.js';
import type { HeartbeatEvent } from './heartbeatEvent.js';
import { readCrash } from './ipc/readCrash.js';

/** The heartbeat of each run, from when it is spawned until it ends or is to end. */
export function workerHeartbeat$(
  event$: Observable<ChildEvent>,
  heartbeat$: () => Observable<HeartbeatEvent>,
): Observable<HeartbeatEvent> {
  return event$.pipe(
    filter((event) => event.type === 'spawned' || isEnding(event)),
    switchMap((event) => (event.type === 'spawned' ? heartbeat$() : EMPTY)),
  );
}

/** One that has said its last words answers no more, and need not. */
function isEnding(event: ChildEvent): boolean {
  if (event.type === 'message') return readCrash(event.message) !== undefined;
  return event.type === 'stopping' || isTerminal(event);
}
