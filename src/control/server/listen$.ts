import type { Socket } from 'node:net';
import { asyncScheduler, catchError, defer, type Observable, type SchedulerLike, throwError } from 'rxjs';
import { describeError } from '../../model/errors.js';
import { type ManagerPaths, managerPaths, socketPath } from '../discovery/managerPaths.js';
import { privateFolder } from '../discovery/privateFolder.js';
import { listenOnce$, relisten$ } from './listenOnce$.js';

/** Listens at a path as `listenOnce$` does. If the socket is removed, listens again as soon as its folder exists. */
export function listen$(path: string, scheduler: SchedulerLike = asyncScheduler): Observable<string | Socket> {
  return relisten$(() => listenOnce$(path, scheduler), scheduler);
}

/**
 * Listens where other processes of this user search for managers: in the first of their folders that is usable. If the
 * socket is removed, listens again.
 *
 * The socket is named after the process id; the second one of a process is `PID-2`, and so on. With `name`, the socket
 * has that name. If another process already listens at that name, this is an error with the cause EADDRINUSE. If
 * another process takes the name while the socket is missing, the next socket is named after the process id.
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

/** Error codes of a folder that does not exist or that this process cannot write to. */
const UNUSABLE = ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'ENOSPC', 'EDQUOT'];

function pidName(n: number): string {
  return n === 0 ? String(process.pid) : `${String(process.pid)}-${String(n + 1)}`;
}
