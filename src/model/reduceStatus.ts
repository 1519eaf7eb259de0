import type { ChildEvent, Exited, SpawnFailed } from './childEvent.js';
import { isCrash } from './isCrash.js';
import type { State, Status } from './status.js';

/** Who a status is about. */
export type Identity = Pick<Status, 'name' | 'namespace' | 'id' | 'instance'>;

/** The status of a child that has told nothing yet. */
export function initialStatus(identity: Identity, now: number): Status {
  return { ...identity, state: 'starting', since: now, attempt: 0, restarts: 0, crashes: 0 };
}

/** The status after an event at `now`, ms since the epoch; the same object when the event changes nothing. */
export function reduceStatus(status: Status, event: ChildEvent, now: number): Status {
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
      return { ...end(begin(status, event.attempt), event), ...into(status, 'stopped', now) };
    case 'exited':
      return { ...end(status, event), ...into(status, 'stopped', now) };
    case 'backingOff':
      return { ...status, ...into(status, 'backingOff', now), crashes: event.crashes };
    case 'gaveUp':
      return { ...status, ...into(status, 'failed', now) };
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

/** The status once no run will follow: given up, or stopped. */
export function settleStatus(status: Status, now: number): Status {
  if (status.state === 'failed' || status.state === 'stopped') return status;
  const { pid: _pid, startedAt: _startedAt, ...rest } = status;
  return { ...rest, ...into(status, 'stopped', now) };
}

function into(status: Status, state: State, now: number): Pick<Status, 'state' | 'since'> {
  return { state, since: status.state === state ? status.since : now };
}

function begin({ attempt: last, restarts, ...status }: Status, attempt: number): Status {
  return { ...status, attempt, restarts: last === 0 ? restarts : restarts + 1 };
}

function end({ pid: _pid, startedAt: _startedAt, ...status }: Status, event: Exited | SpawnFailed): Status {
  const lastExit =
    event.type === 'exited'
      ? { code: event.code, signal: event.signal, uptime: event.uptime }
      : { code: null, signal: null, uptime: 0, error: event.message };
  return { ...status, crashes: status.crashes + (isCrash(event) ? 1 : 0), lastExit };
}
