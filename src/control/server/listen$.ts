import type { Socket } from 'node:net';
import { asyncScheduler, catchError, defer, type Observable, type SchedulerLike, throwError } from 'rxjs';
import { describeError } from '../../model/errors.js';
import { type ManagerPaths, managerPaths, socketPath } from '../discovery/managerPaths.js';
import { privateFolder } from '../discovery/privateFolder.js';
import { listenOnce$, relisten$ } from './listenOnce$.js';

/**
 * Listens at a path, as `listenOnce$`, and again when the socket was removed, as soon as its folder is there.
 */
export function listen$(path: string, scheduler: SchedulerLike = asyncScheduler): Observable<string | Socket> {
  return relisten$(() => listenOnce$(path, scheduler), scheduler);
}

/** Errors of a folder that was removed, or that this process cannot write to. */
const UNUSABLE = ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'ENOSPC', 'EDQUOT'];

/**
 * Listens where all managers of this user are found, and again when the socket was removed: in the first of their folders
 * that can be used. The socket has the name of the process id; a process may have several. With `name` it has that name,
 * which is in use when another process has it. When it listens again, and another process has taken the name meanwhile,
 * it has that of the process id, too.
 */
export function listenDiscoverable$(
  name?: string,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<string | Socket> {
  return relisten$((again) => {
    const nameOf = (n: number): string | undefined => {
      if (name === undefined) return pidName(n);
      if (n === 0) return name;
      return again ? pidName(n - 1) : undefined;
    };
    return defer(() => attempt$(managerPaths().sockets, nameOf, 0, scheduler));
  }, scheduler);
}

function pidName(n: number): string {
  return n === 0 ? String(process.pid) : `${String(process.pid)}-${String(n + 1)}`;
}

function attempt$(
  [folder, ...others]: ManagerPaths['sockets'],
  nameOf: (n: number) => string | undefined,
  n: number,
  scheduler: SchedulerLike,
): Observable<string | Socket> {
  return defer(() => listenOnce$(socketPath(privateFolder(folder), nameOf(n) ?? ''), scheduler)).pipe(
    catchError((error: unknown) => {
      const { code } = describeError(error instanceof Error ? error.cause : undefined);
      if (code === 'EADDRINUSE' && nameOf(n + 1) !== undefined) {
        return attempt$([folder, ...others], nameOf, n + 1, scheduler);
      }
      const [next, ...rest] = others;
      if (next !== undefined && UNUSABLE.includes(code)) return attempt$([next, ...rest], nameOf, 0, scheduler);
      return throwError(() => error);
    }),
  );
}
