import { type Observable, ReplaySubject, type SchedulerLike, skip, skipWhile } from 'rxjs';
import { type ChildEvent, isTerminal } from '../model/childEvent.js';
import { type Identity, initialStatus, reduceStatus, type Status, type TrackedStatus } from '../model/status.js';

/** Keeps the status of one child up to date. */
export interface StatusTracker {
  readonly status: () => Status;
  /** The current status, then every change. */
  readonly status$: Observable<Status>;
  /** Updates the status by an event. Undefined: no event will follow until the child is run again. */
  readonly reduce: (event: ChildEvent | undefined) => void;
  /** Overwrites some fields. Another state than `waiting` ends the list of what the child waits for. */
  readonly change: (fields: Partial<Pick<Status, 'state' | 'crashes' | 'restarts' | 'waitsFor'>>) => void;
  readonly complete: () => void;
}

export interface StatusTrackerOptions {
  /** The state of a child that is not started at once. */
  readonly idle: 'stopped' | 'waiting' | undefined;
  readonly scheduler: SchedulerLike;
  /** Called after the subscribers of `status$`. */
  readonly onChange: () => void;
}

/** Makes the tracker of one child. */
export function statusTracker(identity: Identity, { idle, scheduler, onChange }: StatusTrackerOptions): StatusTracker {
  let tracked: TrackedStatus = { status: initialStatus(identity, scheduler.now()), end: 'stopped' };
  if (idle === 'stopped') tracked = reduceStatus(tracked, undefined, scheduler.now());
  if (idle === 'waiting') tracked = { ...tracked, status: { ...tracked.status, state: 'waiting', waitsFor: [] } };
  const status$ = new ReplaySubject<Status>(1);
  status$.next(tracked.status);
  return {
    status: () => tracked.status,
    status$: status$.asObservable(),
    reduce: (event) => {
      update(reduceStatus(tracked, event, scheduler.now()));
    },
    change: (fields) => {
      const {
        end,
        status,
        status: { waitsFor: _, ...others },
      } = tracked;
      const since = fields.state === undefined || fields.state === status.state ? status.since : scheduler.now();
      update({ status: { ...(fields.state === undefined ? status : others), ...fields, since }, end });
    },
    complete: () => {
      status$.complete();
    },
  };

  function update(next: TrackedStatus): void {
    const before = tracked.status;
    tracked = next;
    if (next.status === before) return;
    status$.next(next.status);
    onChange();
  }
}

/**
 * The events from the next run on.
 *
 * @param inRun whether a run is in progress: then the next run is the one after it
 */
export function nextRun$(event$: Observable<ChildEvent>, inRun: boolean): Observable<ChildEvent> {
  const after$ = inRun
    ? event$.pipe(
        skipWhile((event) => !isTerminal(event)),
        skip(1),
      )
    : event$;
  // A `backingOff` before the next start belongs to the last run.
  return after$.pipe(skipWhile(({ type }) => type !== 'spawned' && type !== 'spawnFailed'));
}
