import { EMPTY, filter, type Observable, type SchedulerLike, switchMap } from 'rxjs';
import { type ChildEvent, isTerminal } from '../model/childEvent.js';
import type { Effects } from '../model/effects.js';
import { heartbeat$, type HeartbeatEvent } from './heartbeat$.js';
import { readCrash } from './protocol.js';
import type { SessionHeartbeat } from './sessionOptions.js';
import type { Settings } from './settings.js';

export interface SessionHeartbeatContext {
  readonly every$: Observable<number>;
  readonly now$: Observable<unknown>;
  readonly effects: Effects;
  readonly scheduler: SchedulerLike;
}

/**
 * The heartbeat of one run of a session, if the options have one.
 *
 * @param settings the settings at the start of the run
 */
export function sessionHeartbeat$(
  heartbeat: SessionHeartbeat | undefined,
  settings: Settings,
  { every$, now$, effects, scheduler }: SessionHeartbeatContext,
): Observable<HeartbeatEvent> {
  if (heartbeat === undefined) return EMPTY;
  const port = settings[`port.${heartbeat.port}`] ?? 0;
  return heartbeat$({ ...heartbeat, port, every: every$, now$, effects }, scheduler);
}

/** The heartbeat of each run, from its start until it ends or is stopped. */
export function workerHeartbeat$(
  event$: Observable<ChildEvent>,
  heartbeat$: () => Observable<HeartbeatEvent>,
): Observable<HeartbeatEvent> {
  return event$.pipe(
    filter((event) => event.type === 'spawned' || isEnding(event)),
    switchMap((event) => (event.type === 'spawned' ? heartbeat$() : EMPTY)),
  );
}

/** A worker that reported a crash does not answer any more, and need not. */
function isEnding(event: ChildEvent): boolean {
  if (event.type === 'message') return readCrash(event.message) !== undefined;
  return event.type === 'stopping' || isTerminal(event);
}
