import type { ChildEvent, Exited, SpawnFailed } from './childEvent.js';
import { isCrash } from './runEnd.js';
import type { ChildSpec } from './spec/childSpec.js';
import { instanceOf } from './spec/instance.js';
import type { Plan } from './spec/plan.js';

/**
 * The state of a child.
 *
 * - `waiting`: starts once the services in `waitsFor` allow it.
 * - `starting`: not ready yet.
 * - `online`: ready.
 * - `backingOff`: waiting for the next run.
 * - `stopping`: the run is being ended, or has ended and its log is still being written.
 * - `stopped`: no run will follow, and the log is complete or `logFailed` has reported the loss.
 * - `failed`: the same, after `gaveUp`.
 */
export type State = 'waiting' | 'starting' | 'online' | 'backingOff' | 'stopping' | 'stopped' | 'failed';

/** The status of a child. */
export interface Status {
  readonly name?: string;
  readonly namespace?: string;
  /** Assigned by `supervise`. It stays the same over restarts, and is never reused. */
  readonly id?: number;
  /** The number of the instance, from 0: its `RXVISOR_INSTANCE`. */
  readonly instance?: number;
  readonly state: State;
  /** When the child entered this state, in ms since the epoch. */
  readonly since: number;
  /** The process id while it runs. */
  readonly pid?: number;
  /** When the run was spawned, in ms since the epoch. */
  readonly startedAt?: number;
  /** The number of the run, from 1; 0 before the first run. */
  readonly attempt: number;
  /** How many runs followed the first one, for any reason. */
  readonly restarts: number;
  /** How many crashes there were since the child was last stable. */
  readonly crashes: number;
  /** How the last run ended. */
  readonly lastExit?: LastExit;
  /** The names of the services it waits for, in the state `waiting`. */
  readonly waitsFor?: readonly string[];
}

/** How a run ended. */
export interface LastExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** In ms. */
  readonly uptime: number;
  /** Why the run could not be started. */
  readonly error?: string;
}

/** A child with its spec. */
export interface Description {
  readonly status: Status;
  /** The spec as given, with absolute paths for `cwd` and `log`. */
  readonly spec: ChildSpec;
  /** Whether it has listened on a shared address. Only with `exec: 'cluster'`. */
  readonly listens: boolean;
  /** Whether it is being stopped, and no run will follow. */
  readonly stops: boolean;
  /** Whether it is being removed. */
  readonly removing: boolean;
}

/** The result of a command for one child: its status, and the reason if the command was refused. */
export type CommandResult = Status & { readonly refused?: string };

/** The CPU and memory use of a process and its descendants together. */
export interface Usage {
  readonly pid: number;
  /** In percent of one core, since the last sample; 0 in the first one. */
  readonly cpu: number;
  /** Resident memory in bytes. Memory that processes share counts for each of them. */
  readonly rss: number;
  /** The number of processes. */
  readonly processes: number;
}

/** A sample of a process and its descendants. */
export interface TreeSample {
  /** In ms of a monotonic clock. */
  readonly at: number;
  readonly processes: readonly ProcessSample[];
}

/** A sample of one process. */
export interface ProcessSample {
  /** Identifies the process, even if its pid is used again. */
  readonly id: string;
  /** CPU time so far, in ms. */
  readonly cpu: number;
  /** Resident memory in bytes. */
  readonly rss: number;
}

/** The fields of a status that identify the child. */
export type Identity = Pick<Status, 'name' | 'namespace' | 'id' | 'instance'>;

/** A status, and its state after the stream of events completes. */
export interface TrackedStatus {
  readonly status: Status;
  readonly end: 'stopped' | 'failed';
}

/** The status of a child before its first event. `now` in ms since the epoch. */
export function initialStatus(identity: Identity, now: number): Status {
  return { ...identity, state: 'starting', since: now, attempt: 0, restarts: 0, crashes: 0 };
}

/** The identity of a child, from its plan. It has no `id`. */
export function identityOf({ name, namespace, program }: Plan): Pick<Status, 'name' | 'namespace' | 'instance'> {
  const instance = instanceOf(program);
  return {
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
    ...(instance !== undefined && { instance }),
  };
}

/**
 * The status after an event. If the event changes nothing, it is the same object.
 *
 * A child is `stopped` or `failed` only when its stream of events completes: after the last run, its log is still being
 * written.
 *
 * @param event undefined: the stream of events has completed
 * @param now in ms since the epoch
 */
export function reduceStatus(tracked: TrackedStatus, event: ChildEvent | undefined, now: number): TrackedStatus {
  const end = endAfter(tracked.end, event);
  const status = event === undefined ? finalStatus(tracked.status, end, now) : afterEvent(tracked.status, event, now);
  return status === tracked.status && end === tracked.end ? tracked : { status, end };
}

function endAfter(end: TrackedStatus['end'], event: ChildEvent | undefined): TrackedStatus['end'] {
  if (event?.type === 'gaveUp') return 'failed';
  return event?.type === 'spawned' || event?.type === 'spawnFailed' ? 'stopped' : end;
}

function finalStatus(status: Status, state: State, now: number): Status {
  if (status.state === state) return status;
  const { pid: _pid, startedAt: _startedAt, ...rest } = status;
  return { ...rest, ...toState(status, state, now) };
}

function afterEvent(status: Status, event: ChildEvent, now: number): Status {
  switch (event.type) {
    case 'spawned':
      return { ...begin(status, event.attempt), ...toState(status, 'starting', now), pid: event.pid, startedAt: now };
    case 'ready':
      return { ...status, ...toState(status, 'online', now) };
    case 'stable':
      return status.crashes === 0 ? status : { ...status, crashes: 0 };
    case 'stopping':
      return {
        ...status,
        ...toState(status, 'stopping', now),
        // After a restart without a trigger, the schedule starts over.
        ...(event.reason === 'restart' && event.trigger === undefined && { crashes: 0 }),
      };
    case 'spawnFailed':
      return { ...ended(begin(status, event.attempt), event), ...toState(status, 'stopping', now) };
    case 'exited':
      return { ...ended(status, event), ...toState(status, 'stopping', now) };
    case 'backingOff':
      return { ...status, ...toState(status, 'backingOff', now), crashes: event.crashes };
    case 'gaveUp':
      return status.state === 'stopping' ? status : { ...status, ...toState(status, 'stopping', now) };
    case 'output':
    case 'message':
    case 'killed':
    case 'stoppingAll':
    case 'logFailed':
    case 'triggerFailed':
    case 'guardianFailed':
    case 'daemonized':
    case 'refused':
      return status;
  }
}

function toState(status: Status, state: State, now: number): Pick<Status, 'state' | 'since'> {
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
