import type { Observable } from 'rxjs';
import type { FileEffects } from './fileEffects.js';
import type { Launch, LiveProcess, OutputReading, RunIdentity, SpawnedProcess } from './spawnedProcess.js';
import type { ProbePlace, ProbeTarget } from './spec/probe.js';
import type { FileChange } from './spec/triggers.js';
import type { TreeSample } from './status.js';

/**
 * Every side effect of the library, in one record. Tests pass their own.
 *
 * System errors are thrown, or emitted as error notifications, with the `code` of Node.
 */
export interface Effects extends FileEffects, TriggerEffects {
  /** Starts a program as the leader of a process group of its own. */
  readonly spawn: (launch: Launch, reading: OutputReading) => SpawnedProcess;
  /** As `process.kill`: a negative pid is a process group. */
  readonly kill: (pid: number, signal: NodeJS.Signals) => void;
  /** The live processes of a run: its group, and processes that left the group but have its session or its cookie. */
  readonly liveProcesses: (run: RunIdentity) => readonly LiveProcess[];
  /** The pids of processes that seem to be daemons of a run, without its session and its cookie. This is a guess. */
  readonly daemons: (run: RunIdentity, evidence: { readonly byEnvironment: boolean }) => readonly number[];
  /** A new `NAME=value` for the environment of one run. It identifies the descendants. Each manager has its own `NAME`. */
  readonly cookie: () => string;
  readonly isExecutable: (path: string) => boolean;
  readonly readText: (path: string) => string;
  /** Reads an env file as UTF-8. Throws EFBIG if it is larger than 1 MiB, EISDIR or EINVAL if it is not a regular file. */
  readonly readEnvFile: (path: string) => string;
  /** The open log files by path. All writers of a path share one. */
  readonly logs: Map<string, LogFile>;
  /** The process of the manager. */
  readonly process: ManagerProcess;
  /** Synchronous work at the exit of the manager. */
  readonly exit: ExitPhases;
}

/** The parts of the manager's process that the library uses. */
export type ManagerProcess = Pick<
  NodeJS.Process,
  | 'on'
  | 'off'
  | 'prependListener'
  | 'listeners'
  | 'listenerCount'
  | 'kill'
  | 'exit'
  | 'pid'
  | 'env'
  | 'execPath'
  | 'versions'
  | 'emitWarning'
> & {
  readonly stdout: Pick<NodeJS.WriteStream, 'write' | 'once' | 'listenerCount'>;
  readonly stderr: Pick<NodeJS.WriteStream, 'write' | 'once' | 'listenerCount'>;
};

/** The effects that triggers of restarts use. System errors are error notifications. */
export interface TriggerEffects {
  /**
   * Runs a probe once. Completes if it passes, else errors with a message that says why. Unsubscribing cancels it. An `exec`
   * probe runs in `place`. Default: the `cwd` and `env` of the manager.
   */
  readonly check$: (target: ProbeTarget, place?: ProbePlace) => Observable<never>;
  /** The changes in files and folders. Paths are absolute. */
  readonly changes$: (paths: readonly string[], isIgnored: (path: string) => boolean) => Observable<FileChange>;
  /**
   * The CPU and memory of a process and its descendants; undefined when it has ended. The sample is at most `maxAge` ms old.
   */
  readonly sample$: (pid: number, maxAge: number) => Observable<TreeSample | undefined>;
  /** Runs the restart of a child: at once, or one after the other for children that share ports. */
  readonly queued$: <T>(job$: Observable<T>) => Observable<T>;
}

/** At exit, first the logs switch to synchronous writes (`write`), then the pipes are read until they are empty (`read`). */
export type ExitPhase = 'write' | 'read';

/** Waits one millisecond. Returns false if no time is left. */
export type WaitOneMs = () => boolean;

/** Synchronous work at the exit of the process. */
export interface ExitPhases {
  /** Adds work. Returns a function that removes it. */
  readonly add: (phase: ExitPhase, work: (waitOneMs: WaitOneMs) => void) => () => void;
}

/** A log file. All writers of its path share it. */
export interface LogFile {
  readonly addWriter: () => LogWriter;
}

/** Why a log could not be written. */
export interface LogFailure {
  readonly code: string;
  readonly message: string;
  /** How many lines were lost since the last failure. */
  readonly dropped: number;
}

/** One of the writers of a log file. */
export interface LogWriter {
  /**
   * Appends chunks of whole lines. `onSettled` is called once: when they are written, or when a failing file holds or drops
   * them.
   */
  readonly write: (chunks: readonly Uint8Array[], onSettled: () => void) => void;
  /** Completes after `close`, when all lines of this writer are written, or dropped after one last try. */
  readonly failure$: Observable<LogFailure>;
  readonly reopen: () => void;
  /** Writes waiting and later lines synchronously: the process is about to exit. */
  readonly switchToSync: (waitOneMs: WaitOneMs) => void;
  readonly close: () => void;
}
