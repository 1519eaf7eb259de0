import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readdirSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EMPTY, finalize, Observable } from 'rxjs';
import { processExists, startTimeOf } from './procfs.js';

/**
 * Does some work unless another process, or another part of this one, is at work on the same path.
 *
 * Node has no flock(2), and a lock file that has to be taken from a dead owner can be taken from a live one by mistake. So
 * each announces itself by a file of its own, then looks who else does: of two, at least the later sees the other, and
 * gives up. A file whose process has ended means nothing, and is removed.
 */
export function exclusive$<T>(path: string, work$: Observable<T>): Observable<T> {
  return new Observable((subscriber) => {
    const folder = dirname(path);
    const prefix = `${basename(path)}.lock-`;
    const own = `${prefix}${String(process.pid)}-${startTimeOf(process.pid) ?? ''}-${randomUUID()}`;
    const withdraw = (): void => {
      remove(join(folder, own));
    };
    try {
      closeSync(openSync(join(folder, own), 'wx', 0o600));
      const others = readdirSync(folder).filter((name) => name.startsWith(prefix) && name !== own);
      const live = others.filter((name) => isLive(name.slice(prefix.length)));
      for (const name of others) if (!live.includes(name)) remove(join(folder, name));
      const granted$ = live.length > 0 ? EMPTY : work$;
      subscriber.add(granted$.pipe(finalize(withdraw)).subscribe(subscriber));
    } catch (error) {
      withdraw();
      subscriber.error(error);
    }
  });
}

function isLive(mark: string): boolean {
  const [pid = '', startTime = ''] = mark.split('-');
  // A number is used again, but not with the same time.
  return processExists(Number(pid)) && startTime === (startTimeOf(Number(pid)) ?? '');
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // Somebody else has removed it.
  }
}
