import { randomUUID } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isRecord } from '../../model/check.js';
import { processExists, procFields } from '../../system/procfs.js';
import type { ManagerPaths } from './places.js';
import { privateFolder, readOwnFile } from './privateFolder.js';

/** What is done under a lock takes milliseconds: who has one for longer, in ms, has died, and its pid is another's. */
const TOO_LONG = 10_000;

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
      if (!othersWait()) return await work();
    } finally {
      rmSync(join(folder, own), { force: true });
    }
    await wait(1 + Math.random() * 10);
  }

  function othersWait(): boolean {
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
  if (Date.now() - stats.mtimeMs < TOO_LONG && processExists(pid)) return true;
  rmSync(file, { force: true });
  return false;
}

/** The file that shows that a background manager lives, even when its socket is missing. */
export interface DaemonLock {
  readonly path: string;
  /** The process id of the living background manager; undefined: there is none. */
  readonly holder: () => number | undefined;
  /** Makes this process the holder, if there is no other. Resolves with whether it is. */
  readonly take: () => Promise<boolean>;
  readonly release: () => void;
}

export function daemonLock({ state }: Pick<ManagerPaths, 'state'>): DaemonLock {
  // Several machines may share a home; each has processes of its own.
  const path = join(state, `daemon-${hostname()}.lock`);
  return {
    path,
    holder,
    take: async () => {
      if (holder() === process.pid) return true;
      privateFolder(state);
      return withLock(path, () => {
        const found = holder();
        if (found === undefined) write();
        return found === undefined || found === process.pid;
      });
    },
    release: () => {
      if (holder() === process.pid) rmSync(path, { force: true });
    },
  };

  function holder(): number | undefined {
    const { pid, startTime }: { pid?: unknown; startTime?: unknown } = read();
    if (typeof pid !== 'number' || !processExists(pid)) return undefined;
    const { state, since } = processAt(pid);
    if (state === 'Z' || state === 'X') return undefined;
    // Numbers are reused, start times, counted from the start of the system, are not. A process that cannot be looked at lives.
    return since === undefined || startTime === undefined || since === startTime ? pid : undefined;
  }

  /** Undefined when there is no lock, or only a part of one. */
  function read(): object {
    try {
      const content: unknown = JSON.parse(readOwnFile(path));
      return isRecord(content) ? content : {};
    } catch {
      return {};
    }
  }

  function write(): void {
    const beside = `${path}.${randomUUID()}`;
    const { since: startTime } = processAt(process.pid);
    writeFileSync(beside, JSON.stringify({ pid: process.pid, startTime }), { flag: 'wx', mode: 0o600 });
    renameSync(beside, path);
  }
}

/** proc_pid_stat(5); nothing where there is no `/proc`. */
function processAt(pid: number): { readonly state?: string | undefined; readonly since?: string | undefined } {
  try {
    const fields = procFields(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
    return { state: fields[0], since: `${String(fields[19])} of ${bootId()}` };
  } catch {
    return {};
  }
}

/** random(4) */
function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
