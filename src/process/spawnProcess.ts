import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { concat, EMPTY, fromEvent, map, merge, mergeMap, type Observable, of, Subject, take } from 'rxjs';
import { socketWire } from '../ipc/frameWriter.js';
import type { EventOrigin, SpawnFailed } from '../model/childEvent.js';
import { describeError } from '../model/errors.js';
import type { Launch, OutputReading, ProcessEvent, SpawnedProcess, Wire } from '../model/spawnedProcess.js';
import { blocks$ } from '../output/blocks$.js';
import { textBlocks$ } from '../output/textBlocks$.js';
import { forkCount, outputPipes, startTimeOf } from '../system/procfs.js';
import { directOutput } from './directOutput.js';
import { guardChannel } from './guardChannel.js';
import type { Guardian } from './guardian.js';
import { explainSpawnError } from './launchProblem.js';
import { closeHandle, messageSender } from './messageSender.js';

/** The descriptor of the wire: the next one after the three streams and the IPC channel. */
export const WIRE_FD = 4;

/**
 * Starts a program as the leader of its own process group.
 *
 * A signal to the group reaches all processes that the program has started. Ctrl-C in the terminal reaches only the manager, so
 * the manager controls the order of the shutdown.
 *
 * @throws what `child_process.spawn` throws synchronously, for example ENOTDIR
 */
export function spawnProcess(launch: Launch, reading: OutputReading, guard: Guardian): SpawnedProcess {
  const forks = forkCount();
  const child = spawnChild(launch, guard);
  // The caller of `kill` or `send` gets the error itself. Without a listener Node would throw it as an uncaught exception.
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
    // A child that could not start may have no streams.
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
      // A process outside the run may hold the other end open.
      channel?.close();
      if (pid !== undefined) guard.release(pid);
    },
  };
}

/** The event for a program that could not start. Its `code` is ENOENT, EACCES, EAGAIN, … */
export function spawnFailed(error: unknown, origin: EventOrigin): SpawnFailed {
  return { type: 'spawnFailed', ...describeError(error), ...origin };
}

function spawnChild(launch: Launch, guard: Guardian): ChildProcess {
  const output = directOutput(launch.direct, launch.umask);
  guard.ensureStarted();
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

/**
 * Closes a socket that was sent to a child which exited without receiving it.
 *
 * Node keeps its copy of a handle until the child confirms it: for ever, if the child was killed. The other end of the connection
 * would wait as long. The field is internal to Node; if it is missing, this does nothing.
 */
function closeUnreceivedHandle(child: ChildProcess): void {
  const pending: unknown = Reflect.get(child, '_pendingMessage');
  if (typeof pending !== 'object' || pending === null || !('handle' in pending)) return;
  closeHandle(pending.handle);
}

interface DrainedReading extends OutputReading {
  /** On each value, read at once all that the pipes hold. */
  readonly drain$: Observable<void>;
}

/** The events of a running program, in their order. */
function processEvent$(child: ChildProcess, reading: DrainedReading, { failed$ }: Guardian): Observable<ProcessEvent> {
  const unguarded$ = failed$.pipe(map((error): ProcessEvent => ({ type: 'unguarded', error })));
  return merge(
    fromEvent(child, 'spawn', (): ProcessEvent => ({ type: 'spawn' })).pipe(
      mergeMap((spawn) => concat(of(spawn), unguarded$)),
    ),
    fromEvent(child, 'message', (message: unknown, handle: unknown): ProcessEvent => ({
      type: 'message',
      message,
      handle,
    })),
    fromEvent(child, 'exit', (code: number | null, signal: NodeJS.Signals | null): ProcessEvent => ({
      type: 'exit',
      code,
      signal,
    })),
    concat(
      merge(output$(child, 'stdout', reading), output$(child, 'stderr', reading)),
      of<ProcessEvent>({ type: 'drained' }),
    ),
  );
}

function output$(child: ChildProcess, stream: 'stdout' | 'stderr', reading: DrainedReading): Observable<ProcessEvent> {
  const pipe = child[stream];
  if (pipe === null) return EMPTY;
  return reading.raw
    ? blocks$(pipe, reading, reading.scheduler).pipe(
        map(({ data, cut }) => ({ type: 'bytes', stream, chunks: data, cut })),
      )
    : textBlocks$(pipe, reading, reading.scheduler).pipe(map((block) => ({ type: 'output', stream, ...block })));
}

/**
 * Runs synchronous work with another file mode creation mask. `spawn` has no option for it.
 *
 * The mask belongs to the whole process: a file that another thread opens meanwhile gets it, too. umask(2)
 *
 * @param umask undefined: keep the mask
 */
function withUmask<T>(umask: number | undefined, work: () => T): T {
  if (umask === undefined) return work();
  const previous = process.umask(umask);
  try {
    return work();
  } finally {
    process.umask(previous);
  }
}
