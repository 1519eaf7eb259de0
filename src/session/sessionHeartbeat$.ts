import { EMPTY, type Observable, type SchedulerLike } from 'rxjs';
import type { Effects } from '../effects.js';
import { heartbeat$ } from './heartbeat$.js';
import type { HeartbeatEvent } from './heartbeatEvent.js';
import type { SessionHeartbeat } from './sessionOptions.js';
import type { Settings } from './settings.js';

export interface SessionHeartbeatContext {
  readonly every$: Observable<number>;
  readonly now$: Observable<unknown>;
  readonly effects: Effects;
  readonly scheduler: SchedulerLike;
}

/**
 * The heartbeat of one run of a session, if it is asked for.
 *
 * @param settings those that the run was begun with
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
