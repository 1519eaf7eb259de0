import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readdirSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EMPTY, finalize, Observable } from 'rxjs';
import { processExists, startTimeOf } from './procfs.js';

/**
 * Subscribes to `work$`, unless other work on the same path is in progress, in any process. Then it completes empty.
 *
 * Node has no flock(2). A single lock file must be taken over when its owner dies, and then a live owner can lose it by mistake. So
 * each worker first creates a lock file of its own, then looks for others. Of two workers, at least the later one sees the other,
 * and gives up. A lock file of a dead process is ignored and removed.
 */
export function exclusive$<T>(path: string, work$: Observable<T>): Observable<T> {
  return new Observable((subscriber) => {
    const folder = dirname(path);
    const prefix = `${basename(path)}.lock-`;
    const ownLock = `${prefix}${String(process.pid)}-${startTimeOf(process.pid) ?? ''}-${randomUUID()}`;
    const unlock = (): void => {
      remove(join(folder, ownLock));
    };
    try {
      closeSync(openSync(join(folder, ownLock), 'wx', 0o600));
      const others = readdirSync(folder).filter((name) => name.startsWith(prefix) && name !== ownLock);
      const live = others.filter((name) => isLive(name.slice(prefix.length)));
      for (const name of others) if (!live.includes(name)) remove(join(folder, name));
      const granted$ = live.length > 0 ? EMPTY : work$;
      subscriber.add(granted$.pipe(finalize(unlock)).subscribe(subscriber));
    } catch (error) {
      unlock();
      subscriber.error(error);
    }
  });
}

function isLive(owner: string): boolean {
  const [pid = '', startTime = ''] = owner.split('-');
  // The system may reuse a pid, but not with the same start time.
  return processExists(Number(pid)) && startTime === (startTimeOf(Number(pid)) ?? '');
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // Another worker has removed it.
  }
}
