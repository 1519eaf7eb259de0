import type { Observable } from 'rxjs';
import type { FileEffects } from './fileEffects.js';
import type { Launch, LiveProcess, OutputReading, RunIdentity, SpawnedProcess } from './spawnedProcess.js';
import type { ProbePlace, ProbeTarget } from './spec/probe.js';
import type { FileChange } from './spec/triggers.js';
import type { TreeSample } from './status.js';

/**
 * Every side effect of the library, in one record: tests hand in their own.
 *
 * Errors of the world are thrown or sent as error notifications with Node's `code`.
 */
export interface Effects extends FileEffects, TriggerEffects {
  /** Starts a program as the leader of a process group of its own. */
  readonly spawn: (launch: Launch, reading: OutputReading) => SpawnedProcess;
  /** As `process.kill`: a negative pid is a group. */
  readonly kill: (pid: number, signal: NodeJS.Signals) => void;
  /** What is left alive of a run: its group, and what left the group but is in its session or bears its cookie. */
  readonly liveProcesses: (mark: RunIdentity) => readonly LiveProcess[];
  /** What seems to be a daemon of a run, beyond its session and its cookie: pids. Nobody can be sure of them. */
  readonly daemons: (mark: RunIdentity, evidence: { readonly byEnvironment: boolean }) => readonly number[];
  /** A new `NAME=value` by which the descendants of one run are known; the name is this manager's own. */
  readonly cookie: () => string;
  readonly isExecutable: (path: string) => boolean;
  readonly readText: (path: string) => string;
  /** The log files that are open, by path: all who write to one share it. */
  readonly logs: Map<string, LogFile>;
  /** The manager's own process: its signals, its streams, its end. */
  readonly process: ManagerProcess;
  /** What has to be done synchronously as it ends. */
  readonly exit: ExitPhases;
}

/** What the library touches of the process it lives in. */
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

/** What is looked at to decide on a restart. Errors of the world are error notifications. */
export interface TriggerEffects {
  /**
   * Asks once; completes when it passes, else errors with a message that says why. Unsubscribing gives up. A program runs
   * in `place`; default: where the manager runs.
   */
  readonly check$: (target: ProbeTarget, place?: ProbePlace) => Observable<never>;
  /** What changes in files and folders, until it is unsubscribed from. Paths are absolute. */
  readonly changes$: (paths: readonly string[], isIgnored: (path: string) => boolean) => Observable<FileChange>;
  /** What a process and all it started use now, or `maxAge` ms ago at most; undefined when it is gone. */
  readonly sample$: (pid: number, maxAge: number) => Observable<TreeSample | undefined>;
  /** Restarts a child, when that may be done: at once, or, where children serve together, one after the other. */
  readonly queued$: <T>(job$: Observable<T>) => Observable<T>;
}

/** First the logs turn to writing synchronously, then the pipes are read until they are empty. */
export type ExitPhase = 'write' | 'read';

/** Waits a millisecond. False: there is no time left to wait. */
export type WaitOneMs = () => boolean;

/** Work that has to be done synchronously as the process ends. */
export interface ExitPhases {
  /** Gives a function that takes the work back. */
  readonly add: (phase: ExitPhase, work: (patience: WaitOneMs) => void) => () => void;
}

/** A log file, shared by all who write to its path. */
export interface LogFile {
  readonly addWriter: () => LogWriter;
}

/** Why a log could not be written, and how many lines were lost to it since the last such report. */
export interface LogFailure {
  readonly code: string;
  readonly message: string;
  readonly dropped: number;
}

/** One writer's share of a log file. */
export interface LogWriter {
  /** Appends chunks, each of whole lines. `settled` is called once: when they are written, or held or dropped by a file that fails. */
  readonly write: (chunks: readonly Uint8Array[], settled: () => void) => void;
  /** Completes after `close`, once all this writer's lines are written, or dropped after one last try. */
  readonly failure$: Observable<LogFailure>;
  readonly reopen: () => void;
  /** The process ends: writes what waits synchronously, and from here on what comes. */
  readonly switchToSync: (patience: WaitOneMs) => void;
  readonly close: () => void;
}
