import type { Observable, SchedulerLike } from 'rxjs';
import type { Stopping } from './childEvent.js';
import type { Fail, Send, Signal } from './command.js';

/** A program to start, with everything that spawn needs. */
export interface Launch {
  readonly file: string;
  /** Which field of the spec gave `file`. Default `'command'`. */
  readonly specField?: 'command' | 'script' | 'interpreter';
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The file mode creation mask. Undefined: that of the manager. */
  readonly umask?: number | undefined;
  /** `NAME=value` of a variable in `env` that identifies the descendants. Undefined: descendants outside the group are not ended. */
  readonly cookie: string | undefined;
  /** The signal that asks the group to stop if the manager dies. */
  readonly stopSignal: NodeJS.Signals;
  /** How many ms the group has after that, until SIGKILL. */
  readonly grace: number;
  /** Whether there is an IPC channel, and how its messages are encoded. */
  readonly ipc: false | 'json' | 'advanced';
  /** The files that the child writes itself. A stream without a file is discarded. Undefined: the manager reads the output. */
  readonly direct: { readonly stdout: string | undefined; readonly stderr: string | undefined } | undefined;
  /** Whether there is also a {@link Wire}: a descriptor for reading and writing. */
  readonly wire?: boolean;
}

/** How to read the output of a child. */
export interface OutputReading {
  /** In UTF-16 code units. */
  readonly maxLineLength: number;
  /** The pipes are not read while the last value is true. */
  readonly pause$: Observable<boolean>;
  /** Emit lines as bytes, without decoding. */
  readonly raw: boolean;
  /** For the time of a batch of lines. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/** A started program: its events, and actions on it. Signals are sent by `Effects.kill`. */
export interface SpawnedProcess {
  /** Undefined if it could not be started: `processEvent$` then emits the error. */
  readonly pid: number | undefined;
  /** The start time in clock ticks since boot. Undefined without `/proc`. */
  readonly startTime: string | undefined;
  /** How many processes the system had started before this one. Undefined or NaN if that is not known. */
  readonly forks?: number | undefined;
  /** What stdout and stderr were connected to at the start. Undefined if that is not known. */
  readonly outputs?: readonly string[] | undefined;
  readonly processEvent$: Observable<ProcessEvent>;
  /** The manager's end of the wire, if the launch has one. */
  readonly wire?: Wire | undefined;
  readonly connected: () => boolean;
  /**
   * Sends an IPC message. Calls `onResult` once: with undefined when the system has accepted the message, or with the reason
   * why it could not be sent.
   *
   * @throws if the message cannot be encoded, or if too many bytes wait for the child to read them
   */
  readonly send: (message: unknown, handle?: unknown, onResult?: (reason: string | undefined) => void) => void;
  /** Synchronously reads and emits everything in the pipes: the manager is about to exit. */
  readonly drainOutput: () => void;
  /** Stops reading. Emits what has been read, then `drained`. */
  readonly closeOutput: () => void;
  /** Removes the run from the guardian's list: all its processes have ended. */
  readonly release: () => void;
}

/**
 * An event of a process, from the operating system or from the program, in order.
 *
 * `output` is a block of whole lines; `chunks` has its bytes if they are known. `bytes` is a block that was not decoded.
 */
export type ProcessEvent =
  | { readonly type: 'spawn' }
  | { readonly type: 'error'; readonly error: Error }
  /** The guardian is not running: the child survives if the manager is killed. */
  | { readonly type: 'unguarded'; readonly error: unknown }
  | {
      readonly type: 'output';
      readonly stream: 'stdout' | 'stderr';
      readonly text: string;
      readonly cut: number;
      readonly chunks?: readonly Uint8Array[];
    }
  | {
      readonly type: 'bytes';
      readonly stream: 'stdout' | 'stderr';
      readonly chunks: readonly Uint8Array[];
      readonly cut: number;
    }
  | { readonly type: 'message'; readonly message: unknown; readonly handle?: unknown }
  /** A message on its IPC channel is unreadable or too long. The channel is closed. */
  | { readonly type: 'channelFailed'; readonly message: string }
  | { readonly type: 'exit'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly type: 'drained' };

/** Identifies the processes of a run. */
export interface RunIdentity {
  /** The pid of the leader, which is the id of its group. */
  readonly pgid: number;
  /** The start time of the leader in clock ticks since boot. Undefined without `/proc`. */
  readonly startTime: string | undefined;
  /** How many processes the system had started before the leader. Undefined or NaN if that is not known. */
  readonly forks?: number | undefined;
  /** `NAME=value` in the environment of all descendants. Undefined for a child that may leave processes behind. */
  readonly cookie: string | undefined;
  /** The start times, by pid, of processes that had the cookie before. They may have overwritten it since. */
  readonly seen?: ReadonlyMap<number, string> | undefined;
  /** What stdout and stderr are connected to. Undefined if that is not known. */
  readonly outputs?: readonly string[] | undefined;
}

/** A live process of a run: in its group, or only in its session or with its cookie. */
export interface LiveProcess {
  readonly pid: number;
  readonly inGroup: boolean;
  /** For a process outside the group, if it is known. */
  readonly startTime?: string;
}

/** An ordered stream of bytes to and from one other process. It uses callbacks, not Observables, because it is the hot path. */
export interface Wire {
  /** Accepts all chunks. Returns false if too many bytes wait for the other side; `onDrain` follows when it has read them. */
  readonly write: (chunks: readonly Uint8Array[]) => boolean;
  /** Call it once. Bytes that arrived before are passed to the listener now. */
  readonly listen: (listener: WireListener) => void;
  /** Calls `work` at the end of this turn of the event loop, so that everything from one turn is written at once. */
  readonly soon: (work: () => void) => void;
  /** Closes the wire. Bytes that are not yet written may be lost. `onClose` follows. */
  readonly close: () => void;
}

/** The callbacks of a {@link Wire}. */
export interface WireListener {
  /** The chunk is only valid during the call. */
  readonly onBytes: (chunk: Buffer) => void;
  readonly onDrain: () => void;
  /** Called once, after the last bytes. */
  readonly onClose: () => void;
}

/**
 * An action on one run: `ask` it to stop (with the reason), `kill` its group, or pass on a `fail`, `signal` or `send` command.
 *
 * Each run has its own act channel, so that a late `kill` cannot hit the next run.
 */
export type Act =
  | { readonly type: 'ask'; readonly reason?: Stopping['reason'] | undefined }
  | { readonly type: 'kill' }
  | Fail
  | Signal
  | Send;
