import { accessSync, close, constants, readFileSync, statSync, write } from 'node:fs';
import { bindNodeCallback, type Observable } from 'rxjs';
import type { LogFile } from './sinks/logFile.js';
import { openFile$ } from './sinks/openFile$.js';
import { processTrees } from './sources/processTrees.js';
import type { Remain, RunMark } from './sources/remains.js';
import type { Launch, Reading, SpawnedProcess } from './sources/spawnProcess.js';

/**
 * Every side effect of the library, in one record: tests hand in their own.
 *
 * Errors of the world are thrown or sent as error notifications with Node's `code`.
 */
export interface Effects {
  /** Starts a program as the leader of a process group of its own. */
  readonly spawn: (launch: Launch, reading: Reading) => SpawnedProcess;
  /** As `process.kill`: a negative pid is a group. */
  readonly kill: (pid: number, signal: NodeJS.Signals) => void;
  /** What is left alive of a run: its group, and what left the group but bears the run's cookie. */
  readonly remains: (mark: RunMark) => readonly Remain[];
  /** A new `NAME=value` by which the descendants of one run are known; the name is this manager's own. */
  readonly cookie: () => string;
  readonly isExecutable: (path: string) => boolean;
  readonly readText: (path: string) => string;
  /** Opens a file for appending, with its folder made; gives the descriptor. */
  readonly open$: (path: string) => Observable<number>;
  /** Writes once; gives the number of bytes written, which may be fewer than there are. */
  readonly write$: (fd: number, bytes: Uint8Array) => Observable<number>;
  readonly close$: (fd: number) => Observable<void>;
  /** The log files that are open, by path: all who write to one share it. */
  readonly logs: Map<string, LogFile>;
  /** The manager's own process: its signals, its streams, its end. */
  readonly process: HostProcess;
}

/** What the library touches of the process it lives in. */
export type HostProcess = Pick<
  NodeJS.Process,
  | 'on'
  | 'off'
  | 'prependListener'
  | 'listeners'
  | 'listenerCount'
  | 'kill'
  | 'pid'
  | 'env'
  | 'execPath'
  | 'versions'
  | 'emitWarning'
> & {
  readonly stdout: Pick<NodeJS.WriteStream, 'write' | 'once' | 'listenerCount'>;
  readonly stderr: Pick<NodeJS.WriteStream, 'write' | 'once' | 'listenerCount'>;
};

/** The real thing. */
export const nodeEffects: Effects = {
  ...processTrees(),
  isExecutable: (path) => {
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  },
  readText: (path) => readFileSync(path, 'utf8'),
  open$: openFile$,
  write$: bindNodeCallback(writeOnce),
  close$: bindNodeCallback(close),
  logs: new Map(),
  process,
};

// Of Node's overloads, the ones that are meant, in the form that bindNodeCallback reads.

type Done<T extends readonly unknown[]> = (error: NodeJS.ErrnoException | null, ...results: T) => void;

function writeOnce(fd: number, bytes: Uint8Array, done: Done<[written: number]>): void {
  write(fd, bytes, (error, written) => {
    done(error, written);
  });
}
