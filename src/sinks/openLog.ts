import { asyncScheduler, type Observable, type SchedulerLike } from 'rxjs';
import type { Effects } from '../effects.js';
import type { WaitOneMs } from '../exitPhases.js';
import type { FilePlan } from '../model/plan.js';
import { logFile } from './logFile.js';
import { streamLog } from './streamLog.js';

/** Why a log could not be written, and how many lines were lost to it since the last such report. */
export interface LogFailure {
  readonly code: string;
  readonly message: string;
  readonly dropped: number;
}

/** One writer's share of a log file. */
export interface Log {
  /** Appends chunks, each of whole lines. `settled` is called once: when they are written, or held or dropped by a file that fails. */
  readonly write: (chunks: readonly Uint8Array[], settled: () => void) => void;
  /** Completes after `close`, once all this writer's lines are written, or dropped after one last try. */
  readonly failure$: Observable<LogFailure>;
  readonly reopen: () => void;
  /** The process ends: writes what waits synchronously, and from here on what comes. */
  readonly writeNow: (patience: WaitOneMs) => void;
  readonly close: () => void;
}

/** Opens a log for one more writer. There is one file for each path, whoever writes to it, by the plan of the first. */
export function openLog(
  path: string,
  effects: Effects,
  scheduler: SchedulerLike = asyncScheduler,
  plan: FilePlan = { rotate: undefined, fsync: 'never' },
): Log {
  const stream = effects.standardStream(path);
  if (stream !== undefined) return streamLog(effects.process[stream]);
  const file = effects.logs.get(path) ?? logFile(path, plan, effects, scheduler);
  effects.logs.set(path, file);
  return file.join();
}
