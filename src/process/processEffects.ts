import { spawn as spawnChild } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { EMPTY } from 'rxjs';
import type { Effects } from '../model/effects.js';
import type { LiveProcess, RunIdentity } from '../model/spawnedProcess.js';
import { type Guardian, guardian, startGuardian } from './guardian.js';
import { findDaemons, liveProcesses } from './liveProcesses.js';
import { spawnProcess } from './spawnProcess.js';

/** The effects on processes and their trees, for this platform. All runs share one guardian and one cookie name. */
export function processEffects(): Pick<Effects, 'spawn' | 'kill' | 'liveProcesses' | 'daemons' | 'cookie'> {
  const name = `RXVISOR_${randomBytes(8).toString('hex')}`;
  const guard = process.platform === 'win32' ? noGuardian : guardian(() => startGuardian(name));
  let runs = 0;
  return {
    spawn: (launch, reading) => spawnProcess(launch, reading, guard),
    kill: process.platform === 'win32' ? killOnWindows : (pid, signal) => void process.kill(pid, signal),
    liveProcesses: (run) => {
      if (process.platform !== 'linux') return groupByKill(run);
      try {
        return liveProcesses(run);
      } catch {
        // No free descriptor to read /proc, or /proc is not mounted.
        return groupByKill(run);
      }
    },
    daemons: (run, evidence) => {
      if (process.platform !== 'linux') return [];
      try {
        return findDaemons(run, process.pid, { ...evidence, leaders: guard.groups });
      } catch {
        return [];
      }
    },
    cookie: () => `${name}=${String((runs += 1))}`,
  };
}

const noGuardian: Guardian = {
  groups: new Map(),
  ensureStarted: () => undefined,
  guard: () => undefined,
  release: () => undefined,
  failed$: EMPTY,
};

/** Without `/proc` it finds only the group, and a zombie in it counts as alive. */
function groupByKill({ pgid }: RunIdentity): readonly LiveProcess[] {
  try {
    process.kill(process.platform === 'win32' ? pgid : -pgid, 0);
    return [{ pid: pgid, inGroup: true }];
  } catch {
    return [];
  }
}

/** Windows has no process groups: taskkill follows parent ids. Not tested. */
function killOnWindows(pid: number): void {
  spawnChild('taskkill', ['/pid', String(Math.abs(pid)), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on(
    'error',
    () => undefined,
  );
}
