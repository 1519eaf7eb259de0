import { readFileSync } from 'node:fs';
import { type ExitPhases, exitPhases } from './exitPhases.js';
import { type FileEffects, fileEffects } from './fileEffects.js';
import type { Check } from './model/check.js';
import { effectsWith } from './model/checks.js';
import type { LogFile } from './sinks/logFile.js';
import { isExecutable } from './sources/isExecutable.js';
import { processTrees } from './sources/processTrees.js';
import type { LiveProcess, RunIdentity } from './sources/remains.js';
import type { Launch, OutputReading, SpawnedProcess } from './sources/spawnProcess.js';
import { type TriggerEffects, triggerEffects } from './triggerEffects.js';

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

const trees = processTrees();

/** The real thing. */
export const nodeEffects: Effects = {
  ...trees,
  isExecutable,
  readText: (path) => readFileSync(path, 'utf8'),
  ...fileEffects,
  ...triggerEffects(trees),
  logs: new Map(),
  process,
  exit: exitPhases(process),
};

/** Whether a record has every effect. */
export const allEffects: Check = effectsWith(Object.keys(nodeEffects));
