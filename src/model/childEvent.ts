import { checkArgument } from './check.js';
import { event as anEvent } from './checks.js';
import type { Command } from './command.js';

/**
 * What a child tells. A `readonly` union on `type`, safe to send as JSON: no handles, no `Error` objects.
 * Times and delays are in ms.
 */
export type ChildEvent =
  | Spawned
  | SpawnFailed
  | Ready
  | Output
  | Message
  | Stable
  | Exited
  | BackingOff
  | Stopping
  | Killed
  | GaveUp
  | LogFailed
  | TriggerFailed
  | GuardianFailed
  | Daemonized
  | Refused;

/** What every event says of its child: the name, if it has one, and the number of the run, from 1. */
export interface EventOrigin {
  readonly name?: string;
  readonly attempt: number;
}

/** The operating system started it. */
export interface Spawned extends EventOrigin {
  readonly type: 'spawned';
  readonly pid: number;
}

/** It could not be started: ENOENT, EACCES, EAGAIN, EMFILE, a bad `cwd`. A run's last event, and a crash. */
export interface SpawnFailed extends EventOrigin {
  readonly type: 'spawnFailed';
  readonly code: string;
  readonly message: string;
}

/** It is ready in the sense of `ChildSpec.ready`. */
export interface Ready extends EventOrigin {
  readonly type: 'ready';
}

/** A block of whole lines, each ended by `\n`, ANSI kept. `cut` counts the breaks put into overlong lines, if any. */
export interface Output extends EventOrigin {
  readonly type: 'output';
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  readonly cut?: number;
}

/** An IPC message of the child's own. */
export interface Message extends EventOrigin {
  readonly type: 'message';
  readonly message: unknown;
}

/** It has run for `restartOk`: the schedule starts over. */
export interface Stable extends EventOrigin {
  readonly type: 'stable';
}

/**
 * A run's last event: its output is drained and its process group is empty. Exactly one of `code` and `signal` is
 * null; `uptime` is the leader's. `expected` when a stop or restart had been asked for before it ended.
 */
export interface Exited extends EventOrigin {
  readonly type: 'exited';
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly uptime: number;
  readonly expected: boolean;
}

/** A restart is coming in `delay` ms; `crashes` counts those since the child was last stable. */
export interface BackingOff extends EventOrigin {
  readonly type: 'backingOff';
  readonly delay: number;
  readonly crashes: number;
}

/**
 * The run is being ended: a `stop` or `restart` was asked for, it was not ready in time (`readyTimeout`), it no longer
 * answered (`liveness`), it was reported as failed (`fail`), a message on its IPC channel could not be read (`channel`; `message` gives the
 * cause), or its leader ended by itself and left processes behind in its group (`leftover`). `readyTimeout`,
 * `liveness`, `fail` and `channel` count as crashes, `leftover` as whatever the leader's exit was. `trigger` names the cause of an
 * automatic restart.
 */
export interface Stopping extends EventOrigin {
  readonly type: 'stopping';
  readonly reason: 'stop' | 'restart' | 'readyTimeout' | 'liveness' | 'fail' | 'channel' | 'leftover';
  readonly trigger?: string;
  readonly message?: string;
}

/** The grace ran out and the whole group was sent `signal`. */
export interface Killed extends EventOrigin {
  readonly type: 'killed';
  readonly signal: NodeJS.Signals;
}

/**
 * No restart will follow: the schedule says `never`, the `limit` was hit, the end was one that no restart mends
 * (`permanent`), or what the child was to start after will never be ready (`dependency`).
 */
export interface GaveUp extends EventOrigin {
  readonly type: 'gaveUp';
  readonly reason: 'never' | 'limit' | 'permanent' | 'dependency';
}

/** A log could not be written. It is retried, the child goes on; `dropped` lines were lost since the last report. */
export interface LogFailed extends EventOrigin {
  readonly type: 'logFailed';
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly dropped: number;
}

/** What was to trigger restarts cannot: its files cannot be watched, say. The child goes on, without that trigger. */
export interface TriggerFailed extends EventOrigin {
  readonly type: 'triggerFailed';
  readonly trigger: string;
  readonly code: string;
  readonly message: string;
}

/**
 * The guardian, which ends the children of a killed manager, does not run. The manager tries to start it again. Until then,
 * the child outlives a manager that is killed by SIGKILL.
 */
export interface GuardianFailed extends EventOrigin {
  readonly type: 'guardianFailed';
  readonly code: string;
  readonly message: string;
}

/**
 * The leader ended, and a daemon seems to remain: the processes `pids` left its group and session and cleared or overwrote
 * their environment. Nothing proves that they belong to the run, so they are left alone. Keep such a program in the
 * foreground.
 */
export interface Daemonized extends EventOrigin {
  readonly type: 'daemonized';
  readonly pids: readonly number[];
}

/** A command that means nothing now, such as a signal to a child that is not running. */
export interface Refused extends EventOrigin {
  readonly type: 'refused';
  readonly command: Command['type'];
  readonly reason: string;
}

/** {@link isTerminalEvent} for events of our own, which need no check: it is called for every one of them. */
export function isTerminal(event: ChildEvent): event is Exited | SpawnFailed {
  return event.type === 'exited' || event.type === 'spawnFailed';
}

/**
 * Whether this is the last event of a run. Every run has exactly one.
 *
 * @throws RxvisorError with code `ERR_OPTION` when it is not an event
 */
export function isTerminalEvent(event: ChildEvent): event is Exited | SpawnFailed {
  checkArgument('event', event, anEvent);
  return isTerminal(event);
}

/** Whether a run is being ended for something it has failed at: then it has crashed, whatever its exit code. */
export function isFailure(
  reason: string,
): reason is Extract<Stopping['reason'], 'liveness' | 'readyTimeout' | 'fail' | 'channel'> {
  return ['liveness', 'readyTimeout', 'fail', 'channel'].includes(reason);
}

/**
 * Whether an event settles what became of a start or a restart: it is ready, or has failed to be. An end that was asked for is
 * no failure: it is followed by the run that was asked for, or by the end of all.
 */
export function isStartResult(event: ChildEvent): boolean {
  return event.type === 'ready' || (isTerminal(event) && !('expected' in event && event.expected));
}

/** The name and run number of an event, for another event of the same run. */
export function originOf({ name, attempt }: EventOrigin): EventOrigin {
  return name === undefined ? { attempt } : { name, attempt };
}
