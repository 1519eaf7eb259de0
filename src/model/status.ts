import type { ChildEvent, Exited, SpawnFailed } from './childEvent.js';
import { isCrash } from './runEnd.js';
import type { ChildSpec } from './spec/childSpec.js';
import { instanceOf } from './spec/instance.js';
import type { Plan } from './spec/plan.js';

/**
 * Where a child stands, in one word: `starting`, not ready yet; `online`, ready; `backingOff`, waiting for the next run;
 * `stopping`, its run is being ended, or is over while its log is still being written; `stopped` or `failed` (given up), when
 * no run will follow and the log is complete, or `logFailed` has said that it is not.
 */
export type State = 'starting' | 'online' | 'backingOff' | 'stopping' | 'stopped' | 'failed';

/** A child at a glance. `since` is when it came into `state`, `startedAt` when its run was spawned: ms since the epoch. */
export interface Status {
  readonly name?: string;
  readonly namespace?: string;
  /** Given by `supervise`: stable over restarts, never reused. */
  readonly id?: number;
  /** Which of several instances it is, from 0: its `RXVISOR_INSTANCE`, if it has one. */
  readonly instance?: number;
  readonly state: State;
  readonly since: number;
  /** The process id while it runs. */
  readonly pid?: number;
  readonly startedAt?: number;
  /** The number of the run, from 1; 0 before the first. */
  readonly attempt: number;
  /** How often it was run again, whatever the cause. */
  readonly restarts: number;
  /** Crashes since it was last stable. */
  readonly crashes: number;
  /** How the last run ended. */
  readonly lastExit?: LastExit;
}

/** A code, a signal, or the reason it could not be started. `uptime` in ms. */
export interface LastExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly uptime: number;
  readonly error?: string;
}

/** A child with what it was started by: the spec as given, its `cwd` and `log` made absolute. */
export interface Description {
  readonly status: Status;
  readonly spec: ChildSpec;
  /** With `exec: 'cluster'`: whether it has listened on an address that it shares. */
  readonly listens: boolean;
  /** Whether it is being stopped, and no run will follow. */
  readonly stops: boolean;
}

/** What became of a command for one child: its status then, and why the command was refused, if it was. */
export type CommandResult = Status & { readonly refused?: string };

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

/** Who a child is, as far as its spec says. */
export function identityOf({ name, namespace, program }: Plan): Pick<Status, 'name' | 'namespace' | 'instance'> {
  const instance = instanceOf(program);
  return {
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
    ...(instance !== undefined && { instance }),
  };
}

/** What a process and all it started use together. */
export interface Usage {
  readonly pid: number;
  /** In percent of one core, since the last look; 0 at the first. */
  readonly cpu: number;
  /** Resident memory in bytes. What processes share is counted for each. */
  readonly rss: number;
  /** How many processes there are. */
  readonly processes: number;
}

/** A tree of processes at a moment, `at`, in ms of a clock that is never set. */
export interface TreeSample {
  readonly at: number;
  readonly processes: readonly ProcessSample[];
}

export interface ProcessSample {
  /** The process itself, whoever bears its number later. */
  readonly id: string;
  /** How many ms of a core it has used so far. */
  readonly cpu: number;
  /** Resident memory in bytes. */
  readonly rss: number;
}
