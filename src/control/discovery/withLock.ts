import { randomUUID } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { processExists } from '../../system/procfs.js';

/** What is done under a lock takes milliseconds: who has one for longer, in ms, has died, and its pid is another's. */
const MAX_LOCK_AGE = 10_000;

/**
 * Does something to a path while no other process does, and leaves nothing behind that could block anybody, however
 * a process ends.
 *
 * Node has no flock(2), and a lock file that has to be taken from a dead owner can be taken from a live one by
 * mistake. So each announces itself by a file of its own, then looks who else does: of two, at least the later sees
 * the other. Who sees a live one withdraws, waits a little, and begins again.
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

/** Takes away what the dead have left: the name is nobody else's. In a folder for all, other users cannot block this one. */
function isLive(file: string, pid: number): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (![undefined, stats.uid].includes(process.getuid?.())) return false;
  if (Date.now() - stats.mtimeMs < MAX_LOCK_AGE && processExists(pid)) return true;
  rmSync(file, { force: true });
  return false;
}
