import { spawn as spawnChild } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  combineLatest,
  distinctUntilChanged,
  EMPTY,
  endWith,
  map,
  type Observable,
  ReplaySubject,
  takeUntil,
  tap,
} from 'rxjs';
import type { Effects } from '../model/effects.js';
import type { LiveProcess, RunIdentity } from '../model/spawnedProcess.js';
import { type Guardian, guardian, startGuardian } from './guardian.js';
import { findDaemons, liveProcesses } from './liveProcesses.js';
import { spawnProcess } from './spawnProcess.js';

/** What is done to whole trees of processes, by the means of this platform. One cookie and one guardian for all. */
export function processTrees(): Pick<Effects, 'spawn' | 'kill' | 'liveProcesses' | 'daemons' | 'cookie'> {
  const name = `RXVISOR_${randomBytes(8).toString('hex')}`;
  const guard = process.platform === 'win32' ? nobody : guardian(() => startGuardian(name));
  const leaders = new Set<number>();
  let runs = 0;
  return {
    spawn: (launch, reading) => {
      const spawned = spawnProcess(launch, reading, guard);
      const { pid } = spawned;
      if (pid === undefined) return spawned;
      leaders.add(pid);
      return {
        ...spawned,
        release: () => {
          leaders.delete(pid);
          spawned.release();
        },
      };
    },
    kill: process.platform === 'win32' ? killOnWindows : (pid, signal) => void process.kill(pid, signal),
    liveProcesses: (mark) => {
      if (process.platform !== 'linux') return remainsByKill(mark);
      try {
        return liveProcesses(mark);
      } catch {
        // No descriptor left to read /proc with, or none mounted.
        return remainsByKill(mark);
      }
    },
    daemons: (mark, evidence) => {
      if (process.platform !== 'linux') return [];
      try {
        return findDaemons(mark, process.pid, { ...evidence, leaders });
      } catch {
        return [];
      }
    },
    cookie: () => `${name}=${String((runs += 1))}`,
  };
}

const nobody: Guardian = { wake: () => undefined, guard: () => undefined, release: () => undefined, failed$: EMPTY };

/** Without `/proc` only the group is known, and a zombie in it counts as alive. */
function remainsByKill({ pgid }: RunIdentity): readonly LiveProcess[] {
  try {
    process.kill(process.platform === 'win32' ? pgid : -pgid, 0);
    return [{ pid: pgid, inGroup: true }];
  } catch {
    return [];
  }
}

/** Windows has no groups: taskkill follows parent ids. Not tried. */
function killOnWindows(pid: number): void {
  spawnChild('taskkill', ['/pid', String(Math.abs(pid)), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on(
    'error',
    () => undefined,
  );
}

/**
 * The same effects, but that the output of a program is not read while `full$` is true. What a program has left when it ends
 * is read in any case: a reader that is stuck must not hold up the next run.
 */
export function withPausedOutput(full$: Observable<boolean>, effects: Effects): Effects {
  return {
    ...effects,
    spawn: (launch, reading) => {
      const ended$ = new ReplaySubject<void>(1);
      const held$ = full$.pipe(takeUntil(ended$), endWith(false));
      const pause$ = combineLatest([reading.pause$, held$]).pipe(
        map((pauses) => pauses.includes(true)),
        distinctUntilChanged(),
      );
      const process = effects.spawn(launch, { ...reading, pause$ });
      const processEvent$ = process.processEvent$.pipe(
        tap(({ type }) => {
          if (type === 'exit') ended$.next();
        }),
      );
      return { ...process, processEvent$ };
    },
  };
}
