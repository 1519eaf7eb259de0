import type { Effects } from '../effects.js';
import type { Act } from '../model/act.js';
import type { Stopping } from '../model/childEvent.js';
import type { Send } from '../model/command.js';
import { describeError } from '../model/describeError.js';
import type { ChildNotice } from './notice.js';
import type { RunIdentity } from './remains.js';
import { signalLiveProcesses } from './signalRemains.js';
import type { SpawnedProcess } from './spawnProcess.js';

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
