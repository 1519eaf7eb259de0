import {
  asapScheduler,
  distinctUntilChanged,
  EMPTY,
  filter,
  map,
  observeOn,
  type Observable,
  scan,
  switchMap,
  withLatestFrom,
} from 'rxjs';
import type { ChildEvent } from '../model/childEvent.js';
import { isTerminal } from '../model/isTerminal.js';
import type { Status } from '../model/status.js';
import type { Child } from '../supervise.js';
import type { SessionEnd } from './sessionBase.js';

/** Emits when the worker will not run again. One that somebody has stopped may be started again by them. */
export function workerEnd$({ event$, status$ }: Pick<Child, 'event$' | 'status$'>): Observable<SessionEnd> {
  return event$.pipe(
    scan(updateSeen, { asked: false, over: false }),
    map(({ asked, over }) => over && !asked),
    distinctUntilChanged(),
    // Its log is complete then.
    switchMap((ended) => (ended ? status$ : EMPTY)),
    filter(({ state }) => ENDS[state] !== undefined),
    // In a moment: somebody may start it again there and then.
    observeOn(asapScheduler),
    withLatestFrom(status$),
    map(([, { state }]) => ENDS[state]),
    filter((end) => end !== undefined),
  );
}

interface SeenWorker {
  /** The run was asked to end, or to make room for the next one. */
  readonly asked: boolean;
  readonly over: boolean;
}

function updateSeen({ asked, over: before }: SeenWorker, event: ChildEvent): SeenWorker {
  if (event.type === 'spawned') return { asked: false, over: false };
  const over = before || isTerminal(event) || event.type === 'gaveUp';
  return {
    asked: asked || (event.type === 'stopping' && (event.reason === 'stop' || event.reason === 'restart')),
    over,
  };
}

const ENDS: Readonly<Partial<Record<Status['state'], SessionEnd>>> = {
  failed: { reason: 'the worker was given up', exitCode: 1 },
  stopped: { reason: 'the worker has ended', exitCode: 0 },
};
