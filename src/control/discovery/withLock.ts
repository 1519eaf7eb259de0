import { randomUUID } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { processExists } from '../../system/procfs.js';

/**
 * Maximum age of a lock, in ms. Work under a lock takes milliseconds; the pid of an older lock was reused by another
 * process.
 */
const MAX_LOCK_AGE = 10_000;

/**
 * Runs `work` while no other process works on the path. A process that dies, in any way, never blocks the others.
 *
 * Node has no flock(2). With a single lock file, taking it over from a dead owner can by mistake take it from a live
 * one. So each process makes a lock file of its own, then looks for those of others. Of two processes, at least the
 * later one sees the other. A process that sees a live one removes its own file, waits 1 to 11 ms, and tries again.
 */
export async function withLock<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  const folder = dirname(path);
  const prefix = `${basename(path)}.lock-`;
  const own = `${prefix}${String(process.pid)}-${randomUUID()}`;
  for (;;) {
    closeSync(openSync(join(folder, own), 'wx', 0o600));
    try {
      if (!isContended()) return await work();
    } finally {
      rmSync(join(folder, own), { force: true });
    }
    await wait(1 + Math.random() * 10);
  }

  function isContended(): boolean {
    return readdirSync(folder)
      .filter((name) => name.startsWith(prefix) && name !== own)
      .map((name) => isLive(join(folder, name), Number(/^\d+/.exec(name.slice(prefix.length))?.[0])))
      .includes(true);
  }
}

/**
 * Removes the lock files of dead processes: their names are unique. Ignores files of other users, who must not block
 * this one.
 */
function isLive(file: string, pid: number): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (![undefined, stats.uid].includes(process.getuid?.())) return false;
  if (Date.now() - stats.mtimeMs < MAX_LOCK_AGE && processExists(pid)) return true;
  rmSync(file, { force: true });
  return false;
}
