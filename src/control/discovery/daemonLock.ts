import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isRecord } from '../../model/check.js';
import { processExists, procFields } from '../../system/procfs.js';
import type { ManagerPaths } from './managerPaths.js';
import { privateFolder, readOwnFile } from './privateFolder.js';
import { withLock } from './withLock.js';

/** A file that proves that a background manager runs, even when its socket is missing. */
export interface DaemonLock {
  readonly path: string;
  /** Process id of the running background manager; undefined when there is none. */
  readonly holder: () => number | undefined;
  /** Makes this process the holder unless there is another one. Resolves to whether it is the holder. */
  readonly take: () => Promise<boolean>;
  readonly release: () => void;
}

export function daemonLock({ state }: Pick<ManagerPaths, 'state'>): DaemonLock {
  // Several machines may share a home folder, and pids of another machine mean nothing here.
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
    const { state, since } = processInfo(pid);
    if (state === 'Z' || state === 'X') return undefined;
    // Pids are reused; the pair of boot id and start time is not. Without /proc, an existing process counts as the holder.
    return since === undefined || startTime === undefined || since === startTime ? pid : undefined;
  }

  /** Empty when there is no lock file, or an incomplete one. */
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
    const { since: startTime } = processInfo(process.pid);
    writeFileSync(beside, JSON.stringify({ pid: process.pid, startTime }), { flag: 'wx', mode: 0o600 });
    renameSync(beside, path);
  }
}

/** State and start time of a process, from proc_pid_stat(5). Empty where there is no `/proc`. */
function processInfo(pid: number): { readonly state?: string | undefined; readonly since?: string | undefined } {
  try {
    const fields = procFields(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
    return { state: fields[0], since: `${String(fields[19])} of ${bootId()}` };
  } catch {
    return {};
  }
}

/** Changes at every boot: random(4). */
function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
