import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { fromEvent, merge, type Observable, type SchedulerLike, Subject, take } from 'rxjs';
import type { Guardian } from './guardian.js';
import { socketWire } from '../wire/socketWire.js';
import type { Wire } from '../wire/wire.js';
import { closeUnreceivedHandle } from './closeUntaken.js';
import { directOutput } from './directOutput.js';
import { explainSpawnError } from './explainedSpawn.js';
import { guardChannel } from './guardChannel.js';
import { processEvent$ } from './happening$.js';
import { messageSender } from './messageSender.js';
import { forkCount, outputPipes, startTimeOf } from './remains.js';
import { withUmask } from './withUmask.js';

/** A program, ready to be started. */
export interface Launch {
  readonly file: string;
  /** Which field of the spec names the file. Default `'command'`. */
  readonly names?: 'command' | 'script' | 'interpreter';
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

/** After the streams and the IPC channel. */
export const WIRE_FD = 4;

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

/**
 * Starts a program as the leader of its own process group, so that a signal to the group reaches all it starts, and a
 * Ctrl-C in the terminal only the manager, who owns the order of the shutdown.
 *
 * @throws what `child_process.spawn` throws synchronously, ENOTDIR for one
 */
export function spawnProcess(launch: Launch, reading: OutputReading, guard: Guardian): SpawnedProcess {
  const forks = forkCount();
  const child = started(launch, guard);
  // A failed kill or send is told to its caller; without a listener Node would make it an uncaught exception.
  child.on('error', () => undefined);
  child.once('exit', () => {
    closeUnreceivedHandle(child);
  });
  const { pid } = child;
  const failed$ = new Subject<ProcessEvent>();
  const channel =
    launch.ipc === false || pid === undefined
      ? undefined
      : guardChannel(child, launch.ipc, (message) => {
          failed$.next({ type: 'channelFailed', message });
        });
  const sender = launch.ipc === false ? undefined : messageSender(child, launch.ipc);
  const drain$ = new Subject<void>();
  const startTime = pid === undefined ? undefined : startTimeOf(pid);
  if (pid !== undefined) {
    const { stopSignal, grace, cookie } = launch;
    guard.guard({ pgid: pid, startTime, stopSignal, grace, scope: cookie === undefined ? 'group' : 'session' });
  }
  return {
    pid,
    startTime,
    forks,
    outputs: pid === undefined ? undefined : outputPipes(pid),
    // Node gives no streams to what it could not start for want of descriptors.
    wire: pid === undefined ? undefined : wireOf(child),
    processEvent$:
      pid === undefined ? failure$(child, launch) : merge(processEvent$(child, { ...reading, drain$ }, guard), failed$),
    connected: () => child.connected,
    send: (message, handle, onResult = () => undefined) => {
      if (sender === undefined) onResult('it has no IPC channel');
      else sender.send(message, handle, onResult);
    },
    drainOutput: () => {
      drain$.next();
    },
    closeOutput: () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    release: () => {
      // An outsider may hold the other end open.
      channel?.close();
      if (pid !== undefined) guard.release(pid);
    },
  };
}

function started(launch: Launch, guard: Guardian): ChildProcess {
  const output = directOutput(launch.direct, launch.umask);
  guard.wake();
  try {
    return withUmask(launch.umask, () =>
      spawn(launch.file, launch.args, {
        cwd: launch.cwd,
        env: launch.env,
        detached: true,
        windowsHide: true,
        stdio: ['ignore', ...output.stdio, ...extrasOf(launch)],
        ...(launch.ipc === false ? {} : { serialization: launch.ipc }),
      }),
    );
  } catch (error) {
    throw explainSpawnError(error, launch);
  } finally {
    output.close();
  }
}

function extrasOf({ ipc, wire = false }: Launch): ('ipc' | 'ignore' | 'pipe')[] {
  const channel = ipc === false ? [] : ['ipc' as const];
  return wire ? [channel[0] ?? 'ignore', 'pipe'] : channel;
}

function wireOf({ stdio }: ChildProcess): Wire | undefined {
  const end = stdio[WIRE_FD];
  return end instanceof Socket ? socketWire(end) : undefined;
}

function failure$(child: ChildProcess, launch: Launch): Observable<ProcessEvent> {
  return fromEvent(child, 'error', (error): ProcessEvent => ({
    type: 'error',
    error: explainSpawnError(error, launch),
  })).pipe(take(1));
}
