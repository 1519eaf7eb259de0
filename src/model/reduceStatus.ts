import type { ChildEvent, Exited, SpawnFailed } from './childEvent.js';
import { isCrash } from './isCrash.js';
import type { State, Status } from './status.js';

/** Who a status is about. */
export type Identity = Pick<Status, 'name' | 'namespace' | 'id' | 'instance'>;

/** A status, and the state that the end of the events will lead to. */
export interface TrackedStatus {
  readonly status: Status;
  readonly end: 'stopped' | 'failed';
}

/** The status of a child that has told nothing yet. */
export function initialStatus(identity: Identity, now: number): Status {
  return { ...identity, state: 'starting', since: now, attempt: 0, restarts: 0, crashes: 0 };
}

/**
 * The status after an event at `now`, ms since the epoch; the same object when the event changes nothing. Undefined: there
 * will be no more events. Only then is a child `stopped` or `failed`: between two runs it is neither, and after the last
 * one its log is still being written.
 */
export function reduceStatus(tracked: TrackedStatus, event: ChildEvent | undefined, now: number): TrackedStatus {
  const end = endAfter(tracked.end, event);
  const status = event === undefined ? settled(tracked.status, end, now) : afterEvent(tracked.status, event, now);
  return status === tracked.status && end === tracked.end ? tracked : { status, end };
}

function endAfter(end: TrackedStatus['end'], event: ChildEvent | undefined): TrackedStatus['end'] {
  if (event?.type === 'gaveUp') return 'failed';
  return event?.type === 'spawned' || event?.type === 'spawnFailed' ? 'stopped' : end;
}

function settled(status: Status, state: State, now: number): Status {
  if (status.state === state) return status;
  const { pid: _pid, startedAt: _startedAt, ...rest } = status;
  return { ...rest, ...into(status, state, now) };
}

function afterEvent(status: Status, event: ChildEvent, now: number): Status {
  switch (event.type) {
    case 'spawned':
      return { ...begin(status, event.attempt), ...into(status, 'starting', now), pid: event.pid, startedAt: now };
    case 'ready':
      return { ...status, ...into(status, 'online', now) };
    case 'stable':
      return status.crashes === 0 ? status : { ...status, crashes: 0 };
    case 'stopping':
      return {
        ...status,
        ...into(status, 'stopping', now),
        // By hand: the schedule starts over.
        ...(event.reason === 'restart' && event.trigger === undefined && { crashes: 0 }),
      };
    case 'spawnFailed':
      return { ...ended(begin(status, event.attempt), event), ...into(status, 'stopping', now) };
    case 'exited':
      return { ...ended(status, event), ...into(status, 'stopping', now) };
    case 'backingOff':
      return { ...status, ...into(status, 'backingOff', now), crashes: event.crashes };
    case 'gaveUp':
      return status.state === 'stopping' ? status : { ...status, ...into(status, 'stopping', now) };
    case 'output':
    case 'message':
    case 'killed':
    case 'logFailed':
    case 'triggerFailed':
    case 'guardianFailed':
    case 'daemonized':
    case 'refused':
      return status;
  }
}

function into(status: Status, state: State, now: number): Pick<Status, 'state' | 'since'> {
  return { state, since: status.state === state ? status.since : now };
}

function begin({ attempt: last, restarts, ...status }: Status, attempt: number): Status {
  return { ...status, attempt, restarts: last === 0 ? restarts : restarts + 1 };
}

function ended({ pid: _pid, startedAt: _startedAt, ...status }: Status, event: Exited | SpawnFailed): Status {
  const lastExit =
    event.type === 'exited'
      ? { code: event.code, signal: event.signal, uptime: event.uptime }
      : { code: null, signal: null, uptime: 0, error: event.message };
  return { ...status, crashes: status.crashes + (isCrash(event) ? 1 : 0), lastExit };
}
