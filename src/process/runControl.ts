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

/** What can be done to a running process and all it started, and what has to be remembered for it. */
export interface RunControl {
  /** Does it; gives the reason when it means nothing now. */
  readonly perform: (act: Act) => string | undefined;
  /** The child has told of itself. If it imports `rxvisor/child`, a message is enough to stop it. */
  readonly onNotice: (notice: ChildNotice['rxvisor']) => void;
  /** The leader has ended: from here on, being asked is a signal to what is left of it. */
  readonly onLeaderExit: () => void;
  /** Whether it was asked to stop. */
  readonly asked: () => boolean;
  /** Whether anything of it lives. Once it was killed, what shows itself late is killed too. */
  readonly alive: () => boolean;
}

export function runControl(
  process: SpawnedProcess,
  run: RunIdentity,
  stopSignal: NodeJS.Signals,
  effects: Pick<Effects, 'kill' | 'liveProcesses'>,
): RunControl {
  const seen = new Map<number, string>();
  const mark: RunIdentity = { ...run, seen };
  let asked = false;
  let signalled = false;
  let killed = false;
  let importsChild = false;
  let internal = false;
  let leaderGone = false;

  return {
    perform: (act) => {
      if (act.type === 'kill') kill();
      if (act.type === 'ask') ask(act.reason);
      if (act.type === 'signal') return leaderGone ? 'not running' : signalGroup(act.signal);
      return act.type === 'send' ? sendFor(act) : undefined;
    },
    onNotice: (notice) => {
      if (notice === 'internal') internal = true;
      else if (notice !== 'listening') importsChild = true;
    },
    onLeaderExit: () => {
      leaderGone = true;
      if (asked) askLiveProcesses();
    },
    asked: () => asked,
    alive: () => {
      if (killed) signalLiveProcesses(mark, 'SIGKILL', effects);
      const left = effects.liveProcesses(mark);
      for (const { pid, startTime } of left) if (startTime !== undefined) seen.set(pid, startTime);
      return left.length > 0;
    },
  };

  /** A child that knows us stops its own helpers in its own order; they are asked only once it has gone. */
  function ask(reason: Stopping['reason'] | undefined): void {
    asked = true;
    if (leaderGone) {
      askLiveProcesses();
      return;
    }
    // Why, for those who know what to make of it.
    // The program need not see what its library acts upon.
    const message =
      importsChild && internal ? { rxvisor: 'stop', reason } : { stopping: true, ...(importsChild && { reason }) };
    const isSent = process.connected() && send(message) === undefined;
    if (isSent && importsChild) return;
    signalled = true;
    signalGroup(stopSignal);
  }

  /** Nobody is asked twice: to many programs a second SIGTERM means to drop everything. */
  function askLiveProcesses(): void {
    signalLiveProcesses(mark, stopSignal, effects, signalled ? 'group' : 'nobody');
  }

  function kill(): void {
    killed = true;
    if (!leaderGone) signalGroup('SIGKILL');
    signalLiveProcesses(mark, 'SIGKILL', effects);
  }

  function sendFor({ message, handle, onResult }: Send): string | undefined {
    const refused = send(message, handle, onResult);
    if (refused !== undefined) onResult?.(refused);
    return refused;
  }

  function send(message: unknown, handle?: unknown, onResult?: Send['onResult']): string | undefined {
    if (leaderGone) return 'not running';
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
      effects.kill(-mark.pgid, signal);
      return undefined;
    } catch (error) {
      return describeError(error).message;
    }
  }
}

/** How often the emptying of a group is looked at, in ms. No call tells of it: waitid(2) knows only own children. */
const GROUP_POLL = 10;

/**
 * What a leader that has ended leaves behind: completes when nothing of it lives. If it left processes behind unasked, the
 * event `stopping` comes first. What seems to be a daemon of it, beside those processes or alone, is named at the end: nobody
 * can wait for it.
 */
export function groupEmpty$(
  { alive, asked }: Pick<RunControl, 'alive' | 'asked'>,
  daemons: () => readonly number[],
  origin: EventOrigin,
  scheduler: SchedulerLike,
): Observable<Stopping | Daemonized> {
  const emptied$ = defer(() =>
    alive()
      ? concat(
          asked() ? EMPTY : of<Stopping>({ type: 'stopping', reason: 'leftover', ...origin }),
          interval(GROUP_POLL, scheduler).pipe(takeWhile(alive), ignoreElements()),
        )
      : EMPTY,
  );
  const named$ = defer(() => {
    const pids = daemons();
    return pids.length === 0 ? EMPTY : of<Daemonized>({ type: 'daemonized', pids, ...origin });
  });
  // In the midst of an exec a process shows no environment for an instant, and so no cookie: a second look tells.
  const secondLook$ = defer(() =>
    daemons().length === 0 ? EMPTY : timer(GROUP_POLL, scheduler).pipe(switchMap(() => concat(emptied$, named$))),
  );
  return concat(emptied$, secondLook$);
}

/** Looks at an idle pipe, in ms, and how many in a row must find nothing. */
const POLL = 20;
const POLLS = 5;
/** The longest wait, in ms, whatever an outsider goes on writing. */
const MAX = 1_000;

/**
 * Emits once when a pipe that outlives its process group (a process that left the group holds it) has been silent, or
 * read for long enough: what the dead had written before is in hand by then. While reading is paused, time stands
 * still; but when it has been paused for `patience` ms on end, the log that it waits for hangs.
 * Silence is several looks in a row: between two timers Node polls its pipes, so that a manager that was busy
 * meanwhile does not take its own absence for silence.
 */
export function silentPipe$(
  activity$: Observable<unknown>,
  full$: Observable<boolean>,
  patience: number,
  scheduler: SchedulerLike,
): Observable<unknown> {
  const silence$ = activity$.pipe(
    startWith(undefined),
    switchMap(() => interval(POLL, scheduler)),
    filter((look) => look === POLLS - 1),
  );
  return full$.pipe(
    switchMap((full) => (full ? deadline$(patience, scheduler) : merge(silence$, deadline$(MAX, scheduler)))),
    take(1),
  );
}
