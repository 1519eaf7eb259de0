import {
  concat,
  defer,
  EMPTY,
  filter,
  ignoreElements,
  interval,
  merge,
  type Observable,
  of,
  type SchedulerLike,
  startWith,
  switchMap,
  take,
  takeWhile,
  timer,
} from 'rxjs';
import type { Daemonized, EventOrigin, Stopping } from '../model/childEvent.js';
import type { Send } from '../model/command.js';
import type { Effects } from '../model/effects.js';
import { describeError } from '../model/errors.js';
import type { Act, RunIdentity, SpawnedProcess } from '../model/spawnedProcess.js';
import { deadline$ } from '../operators/deadline.js';
import { signalLiveProcesses } from './liveProcesses.js';
import type { ChildNotice } from './messageSender.js';

/** Steers one run: a process and everything that it has started. */
export interface RunControl {
  /** Performs an act. Returns the reason if the act is not possible now. */
  readonly perform: (act: Act) => string | undefined;
  /** Call it for each notice of the child. A child that imports `rxvisor/child` is stopped by a message only. */
  readonly onNotice: (notice: ChildNotice['rxvisor']) => void;
  /** Call it when the leader has exited. From then on, a stop request is a signal to the processes that remain. */
  readonly onLeaderExit: () => void;
  readonly stopRequested: () => boolean;
  /** Whether any process of the run is alive. After a kill, it also kills processes that were found late. */
  readonly alive: () => boolean;
}

/** Makes the control of one run. */
export function runControl(
  process: SpawnedProcess,
  run: RunIdentity,
  stopSignal: NodeJS.Signals,
  effects: Pick<Effects, 'kill' | 'liveProcesses'>,
): RunControl {
  const seen = new Map<number, string>();
  const identity: RunIdentity = { ...run, seen };
  let stopRequested = false;
  let signalled = false;
  let killed = false;
  let importsChild = false;
  let internal = false;
  let leaderExited = false;

  return {
    perform: (act) => {
      if (act.type === 'kill') kill();
      if (act.type === 'ask') requestStop(act.reason);
      if (act.type === 'signal') return leaderExited ? 'not running' : signalGroup(act.signal);
      return act.type === 'send' ? sendFor(act) : undefined;
    },
    onNotice: (notice) => {
      if (notice === 'internal') internal = true;
      else if (notice !== 'listening') importsChild = true;
    },
    onLeaderExit: () => {
      leaderExited = true;
      if (stopRequested) signalRemaining();
    },
    stopRequested: () => stopRequested,
    alive: () => {
      if (killed) signalLiveProcesses(identity, 'SIGKILL', effects);
      const left = effects.liveProcesses(identity);
      for (const { pid, startTime } of left) if (startTime !== undefined) seen.set(pid, startTime);
      return left.length > 0;
    },
  };

  /**
   * A child that imports `rxvisor/child` stops its own descendants, in its own order. They get a signal only after it has exited.
   */
  function requestStop(reason: Stopping['reason'] | undefined): void {
    stopRequested = true;
    if (leaderExited) {
      signalRemaining();
      return;
    }
    // An internal message is hidden from the program. Only `rxvisor/child` can use the reason.
    const message =
      importsChild && internal ? { rxvisor: 'stop', reason } : { stopping: true, ...(importsChild && { reason }) };
    const isSent = process.connected() && send(message) === undefined;
    if (isSent && importsChild) return;
    signalled = true;
    signalGroup(stopSignal);
  }

  /** Signals no process twice: many programs take a second SIGTERM as the order to exit at once. */
  function signalRemaining(): void {
    signalLiveProcesses(identity, stopSignal, effects, signalled ? 'group' : 'none');
  }

  function kill(): void {
    killed = true;
    if (!leaderExited) signalGroup('SIGKILL');
    signalLiveProcesses(identity, 'SIGKILL', effects);
  }

  function sendFor({ message, handle, onResult }: Send): string | undefined {
    const refused = send(message, handle, onResult);
    if (refused !== undefined) onResult?.(refused);
    return refused;
  }

  function send(message: unknown, handle?: unknown, onResult?: Send['onResult']): string | undefined {
    if (leaderExited) return 'not running';
    if (!process.connected()) return 'it has no IPC channel';
    try {
      process.send(message, handle, onResult);
      return undefined;
    } catch (error) {
      return describeError(error).message;
    }
  }

  function signalGroup(signal: NodeJS.Signals): string | undefined {
    try {
      effects.kill(-identity.pgid, signal);
      return undefined;
    } catch (error) {
      return describeError(error).message;
    }
  }
}

/** Ms between two looks at a group. No system call waits for an empty group: waitid(2) waits only for own children. */
const GROUP_POLL = 10;

/**
 * Completes when no process of a run is alive, once its leader has exited.
 *
 * Emits `stopping` first if the leader left processes behind without a stop request, and `daemonized` last if there are probable
 * daemons. It does not wait for daemons.
 */
export function groupEmpty$(
  { alive, stopRequested }: Pick<RunControl, 'alive' | 'stopRequested'>,
  daemons: () => readonly number[],
  origin: EventOrigin,
  scheduler: SchedulerLike,
): Observable<Stopping | Daemonized> {
  const emptied$ = defer(() =>
    alive()
      ? concat(
          stopRequested() ? EMPTY : of<Stopping>({ type: 'stopping', reason: 'leftover', ...origin }),
          interval(GROUP_POLL, scheduler).pipe(takeWhile(alive), ignoreElements()),
        )
      : EMPTY,
  );
  const daemonized$ = defer(() => {
    const pids = daemons();
    return pids.length === 0 ? EMPTY : of<Daemonized>({ type: 'daemonized', pids, ...origin });
  });
  // During an exec, a process has no environment for an instant, so no cookie. A second look shows whether it is a daemon.
  const secondLook$ = defer(() =>
    daemons().length === 0 ? EMPTY : timer(GROUP_POLL, scheduler).pipe(switchMap(() => concat(emptied$, daemonized$))),
  );
  return concat(emptied$, secondLook$);
}

/** Ms between two looks at a pipe. */
const PIPE_POLL = 20;
/** The pipe is silent after this number of looks without data. */
const SILENT_POLLS = 5;
/** The maximum time to read, in ms, even if another process goes on writing. */
const MAX_READING = 1_000;

/**
 * Emits once when the output of an ended run has been read: its pipe has been silent for 100 ms, or was read for 1 s.
 *
 * It is for a pipe that stays open when the process group is empty, because a process that left the group holds it.
 *
 * - While reading is paused, neither time counts. After a pause of `patience` ms the log hangs, so this emits.
 * - Silence is five looks in a row, not one timer. Node polls its pipes between two timers, so a manager that was busy does not
 *   mistake its own delay for silence.
 */
export function silentPipe$(
  activity$: Observable<unknown>,
  full$: Observable<boolean>,
  patience: number,
  scheduler: SchedulerLike,
): Observable<unknown> {
  const silence$ = activity$.pipe(
    startWith(undefined),
    switchMap(() => interval(PIPE_POLL, scheduler)),
    filter((look) => look === SILENT_POLLS - 1),
  );
  return full$.pipe(
    switchMap((full) => (full ? deadline$(patience, scheduler) : merge(silence$, deadline$(MAX_READING, scheduler)))),
    take(1),
  );
}
