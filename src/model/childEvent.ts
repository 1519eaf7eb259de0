import type { Command } from './command.js';

/**
 * An event of a child: a `readonly` union on `type`.
 *
 * Events are safe to send as JSON: they have no handles and no `Error` objects. Times and delays are in ms.
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
  | StoppingAll
  | LogFailed
  | TriggerFailed
  | GuardianFailed
  | Daemonized
  | Refused;

/** The fields that every event has. */
export interface EventOrigin {
  /** The name of the child, if it has one. */
  readonly name?: string;
  /** The number of the run, from 1. It is 0 for an event before the first run. */
  readonly attempt: number;
}

/** The operating system started the child. */
export interface Spawned extends EventOrigin {
  readonly type: 'spawned';
  readonly pid: number;
}

/**
 * The child could not be started. This is the last event of the run, and it counts as a crash.
 *
 * `code` is the error code: `ENOENT` (no such program or `cwd`), `EACCES`, `EAGAIN`, `EMFILE`.
 */
export interface SpawnFailed extends EventOrigin {
  readonly type: 'spawnFailed';
  readonly code: string;
  readonly message: string;
}

/** The child is ready, as `ChildSpec.ready` defines it. */
export interface Ready extends EventOrigin {
  readonly type: 'ready';
}

/** The child wrote output. */
export interface Output extends EventOrigin {
  readonly type: 'output';
  readonly stream: 'stdout' | 'stderr';
  /** Whole lines, each with its `\n`. ANSI escape sequences are kept. */
  readonly text: string;
  /** How many line breaks were inserted because of `maxLineLength`. Undefined: none. */
  readonly cut?: number;
}

/** The child sent an IPC message. Messages of rxvisor itself make no such event. */
export interface Message extends EventOrigin {
  readonly type: 'message';
  readonly message: unknown;
}

/** The run has lasted for `restartOk`: the next crash counts as the first again. */
export interface Stable extends EventOrigin {
  readonly type: 'stable';
}

/** The child ended. This is the last event of the run: the output is drained and the process group is empty. */
export interface Exited extends EventOrigin {
  readonly type: 'exited';
  /** The exit code of the leader, or null if a signal ended it. Exactly one of `code` and `signal` is null. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** How long the leader ran, in ms. */
  readonly uptime: number;
  /** Whether a stop or restart was requested before the end. */
  readonly expected: boolean;
}

/** The child will be restarted after a delay. */
export interface BackingOff extends EventOrigin {
  readonly type: 'backingOff';
  /** In ms. */
  readonly delay: number;
  /** How many crashes there were since the child was last stable. */
  readonly crashes: number;
}

/** The run is being ended. `exited` follows. */
export interface Stopping extends EventOrigin {
  readonly type: 'stopping';
  /**
   * - `stop`, `restart`: the command.
   * - `readyTimeout`: the child was not ready in time. Counts as a crash.
   * - `liveness`: the child no longer answered. Counts as a crash.
   * - `fail`: a `fail` command reported it as failed. Counts as a crash.
   * - `channel`: a message on its IPC channel was unreadable; `message` gives the cause. Counts as a crash.
   * - `leftover`: the leader ended by itself and left processes in its group. The exit of the leader decides whether it
   *   is a crash.
   */
  readonly reason: 'stop' | 'restart' | 'readyTimeout' | 'liveness' | 'fail' | 'channel' | 'leftover';
  /** The cause of an automatic restart: `'watch'`, `'cron'`, or the reason given to `restartWhen`. */
  readonly trigger?: string;
  readonly message?: string;
}

/** The grace period ended, and `signal` was sent to the whole process group. */
export interface Killed extends EventOrigin {
  readonly type: 'killed';
  readonly signal: NodeJS.Signals;
}

/** No restart will follow. */
export interface GaveUp extends EventOrigin {
  readonly type: 'gaveUp';
  /**
   * - `never`: the schedule says so (`[]` or `[0]`).
   * - `limit`: the limit of restarts was reached.
   * - `permanent`: the end is one of `giveUpOn`, which no restart repairs.
   * - `dependency`: the child starts after others, which will never be ready: `dependencies`, each waiting for the next.
   */
  readonly reason: 'never' | 'limit' | 'permanent' | 'dependency';
  readonly dependencies?: readonly string[];
}

/**
 * The child has ended for good, and the supervisor stops all its children: `onExit` or `onFailure` of the spec is `'stopAll'`.
 *
 * It follows `exited` or `gaveUp`. The fields describe the last run. If it could not be started, `code` and `signal` are null.
 */
export interface StoppingAll extends EventOrigin {
  readonly type: 'stoppingAll';
  /** `exit`: the child ended by itself, and was not to be restarted. `failure`: `gaveUp` came before. */
  readonly reason: 'exit' | 'failure';
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A log could not be written. The manager retries; the child keeps running. */
export interface LogFailed extends EventOrigin {
  readonly type: 'logFailed';
  readonly path: string;
  readonly code: string;
  readonly message: string;
  /** How many lines were lost since the last such event. */
  readonly dropped: number;
}

/** A trigger of restarts does not work: its files cannot be watched (`'watch'`), for example. The child keeps running. */
export interface TriggerFailed extends EventOrigin {
  readonly type: 'triggerFailed';
  readonly trigger: string;
  readonly code: string;
  readonly message: string;
}

/**
 * The guardian, which ends the children of a killed manager, is not running.
 *
 * The manager tries to start it again. Until then, the child survives if the manager is killed by SIGKILL.
 */
export interface GuardianFailed extends EventOrigin {
  readonly type: 'guardianFailed';
  readonly code: string;
  readonly message: string;
}

/**
 * The leader ended, and seems to have left a daemon behind.
 *
 * The processes `pids` left its group and its session, and cleared or overwrote their environment. Nothing proves that they
 * belong to the run, so they are not stopped. Run such a program in the foreground.
 */
export interface Daemonized extends EventOrigin {
  readonly type: 'daemonized';
  readonly pids: readonly number[];
}

/** A command has no effect now: a signal to a child that is not running, for example. */
export interface Refused extends EventOrigin {
  readonly type: 'refused';
  readonly command: Command['type'];
  readonly reason: string;
}

/** As `isTerminalEvent`, without the check of the argument: it runs for every event. */
export function isTerminal(event: ChildEvent): event is Exited | SpawnFailed {
  return event.type === 'exited' || event.type === 'spawnFailed';
}

/** Whether a run is being ended because it failed. Then it counts as a crash, with any exit code. */
export function isFailure(
  reason: string,
): reason is Extract<Stopping['reason'], 'liveness' | 'readyTimeout' | 'fail' | 'channel'> {
  return ['liveness', 'readyTimeout', 'fail', 'channel'].includes(reason);
}

/** The name and run number of an event, for another event of the same run. */
export function originOf({ name, attempt }: EventOrigin): EventOrigin {
  return name === undefined ? { attempt } : { name, attempt };
}
