import type { Observable, SchedulerLike } from 'rxjs';
import type { Stopping } from './childEvent.js';
import type { Fail, Send, Signal } from './command.js';

/** A program, ready to be started. */
export interface Launch {
  readonly file: string;
  /** Which field of the spec names the file. Default `'command'`. */
  readonly specField?: 'command' | 'script' | 'interpreter';
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Of the files that it makes; undefined: the manager's. */
  readonly umask?: number | undefined;
  /** `NAME=value` of the variable in `env` by which its descendants are known; undefined: they are left alone. */
  readonly cookie: string | undefined;
  /** How its group is asked to stop if the manager dies, and how many ms it then has until SIGKILL. */
  readonly stopSignal: NodeJS.Signals;
  readonly grace: number;
  /** Whether it gets an IPC channel, and how its messages are encoded. */
  readonly ipc: false | 'json' | 'advanced';
  /** The files it writes its output to by itself; undefined: the manager reads it. A stream without a file is dropped. */
  readonly direct: { readonly stdout: string | undefined; readonly stderr: string | undefined } | undefined;
  /** Whether it gets a wire, too: a descriptor {@link WIRE_FD} that reads and writes. */
  readonly wire?: boolean;
}

/** How its output is read. */
export interface OutputReading {
  /** In UTF-16 code units. */
  readonly maxLineLength: number;
  /** The pipes are not read while the last value is true. */
  readonly pause$: Observable<boolean>;
  /** Lines are passed on as the bytes they are. */
  readonly raw: boolean;
  /** Times how long lines are gathered. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/** A started program: what happens to it, and what can be done to it beside signals. */
export interface SpawnedProcess {
  /** Undefined when it could not be started: `processEvent$` then says why. */
  readonly pid: number | undefined;
  /** When it was started, in clock ticks since boot; undefined where there is no `/proc`. */
  readonly startTime: string | undefined;
  /** How many processes the system had started before it; undefined or NaN where that is not known. */
  readonly forks?: number | undefined;
  /** What its stdout and stderr were at its start; undefined where that is not known. */
  readonly outputs?: readonly string[] | undefined;
  readonly processEvent$: Observable<ProcessEvent>;
  /** The manager's end of its wire, if it was to get one. */
  readonly wire?: Wire | undefined;
  readonly connected: () => boolean;
  /**
   * Calls `onResult` once: when the system has taken the message, or with the reason why it could not be sent.
   *
   * @throws when the message cannot be encoded, or when too much waits for the child to read it
   */
  readonly send: (message: unknown, handle?: unknown, onResult?: (reason: string | undefined) => void) => void;
  /** Reads all that its pipes hold now, synchronously, and passes it on: the process is about to exit. */
  readonly drainOutput: () => void;
  /** Stops reading; what has been read is passed on, then comes `drained`. */
  readonly closeOutput: () => void;
  /** Nothing is left of it: nobody has to see to it any more if the manager dies. */
  readonly release: () => void;
}

/** What the operating system and the program say, in their order. `output` is a block of whole lines, with its bytes at
 * hand, in pieces, if it came as such; `bytes` the same undecoded, in pieces. */
export type ProcessEvent =
  | { readonly type: 'spawn' }
  | { readonly type: 'error'; readonly error: Error }
  /** The guardian does not run: the child keeps running if the manager is killed. */
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

/** By what the processes of a run are known. */
export interface RunIdentity {
  /** The leader's pid, and the group's. */
  readonly pgid: number;
  /** When the leader was started, in clock ticks since boot; undefined where there is no `/proc`. */
  readonly startTime: string | undefined;
  /** How many processes the system had started before it; undefined or NaN where that is not known. */
  readonly forks?: number | undefined;
  /** `NAME=value`, in the environment of all it starts; undefined for a child that may leave things behind. */
  readonly cookie: string | undefined;
  /** The start times, by pid, of those that bore the cookie before: they may have written over it since. */
  readonly seen?: ReadonlyMap<number, string> | undefined;
  /** What its stdout and stderr are, as {@link outputPipes} gives them; undefined where that is not known. */
  readonly outputs?: readonly string[] | undefined;
}

/** A process that is left of a run: in its group, or only in its session or with its cookie. */
export interface LiveProcess {
  readonly pid: number;
  readonly inGroup: boolean;
  /** Of one that left the group, where that is known. */
  readonly startTime?: string;
}

/** Bytes to and from one other process, in order. What is above it is told by plain callbacks: it is the hot path. */
export interface Wire {
  /** Takes all of it. False: more waits than the other side has read; `onDrain` tells when it has. */
  readonly write: (chunks: readonly Uint8Array[]) => boolean;
  /** Once; what has come before is told then. */
  readonly listen: (listener: WireListener) => void;
  /** Calls back when this turn of the program is over: what was gathered in it is written at once. */
  readonly soon: (work: () => void) => void;
  /** What has been written may be lost. `onClose` follows. */
  readonly close: () => void;
}

export interface WireListener {
  /** The chunk is the listener's, but only for the call. */
  readonly onBytes: (chunk: Buffer) => void;
  readonly onDrain: () => void;
  /** Once, after the last bytes. */
  readonly onClose: () => void;
}

/**
 * What is done to one run: `ask` it to end (saying why), `kill` its group, or pass on a `fail`, a signal or a message.
 * Each run has an act channel of its own, so that a late `kill` cannot hit the next one.
 */
export type Act =
  | { readonly type: 'ask'; readonly reason?: Stopping['reason'] | undefined }
  | { readonly type: 'kill' }
  | Fail
  | Signal
  | Send;
