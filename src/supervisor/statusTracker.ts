import { type Observable, ReplaySubject, type SchedulerLike, skip, skipWhile } from 'rxjs';
import { type ChildEvent, isTerminal } from '../model/childEvent.js';
import { type Identity, initialStatus, reduceStatus, type Status, type TrackedStatus } from '../model/status.js';

/** The status of one child, kept up to date. */
export interface StatusTracker {
  readonly status: () => Status;
  /** The status now, then every change. */
  readonly status$: Observable<Status>;
  /** Takes in an event; undefined: there will be no more of them, until it is run again. */
  readonly note: (event: ChildEvent | undefined) => void;
  readonly change: (fields: Partial<Pick<Status, 'state' | 'crashes' | 'restarts'>>) => void;
  readonly complete: () => void;
}

export interface StatusTrackerOptions {
  /** It is stopped before its first run. */
  readonly idle: boolean;
  readonly scheduler: SchedulerLike;
  /** Called after those who look at `status$`. */
  readonly onChange: () => void;
}

export function statusTracker(identity: Identity, { idle, scheduler, onChange }: StatusTrackerOptions): StatusTracker {
  let tracked: TrackedStatus = { status: initialStatus(identity, scheduler.now()), end: 'stopped' };
  if (idle) tracked = reduceStatus(tracked, undefined, scheduler.now());
  const status$ = new ReplaySubject<Status>(1);
  status$.next(tracked.status);
  return {
    status: () => tracked.status,
    status$: status$.asObservable(),
    note: (event) => {
      update(reduceStatus(tracked, event, scheduler.now()));
    },
    change: (fields) => {
      const { status, end } = tracked;
      const since = fields.state === undefined || fields.state === status.state ? status.since : scheduler.now();
      update({ status: { ...status, ...fields, since }, end });
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
