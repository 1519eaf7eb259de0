import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, lstatSync, renameSync, rmSync, type Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import {
  defer,
  exhaustMap,
  filter,
  interval,
  NEVER,
  Observable,
  repeat,
  retry,
  type SchedulerLike,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { describeError, RxvisorError } from '../../model/errors.js';
import { removeStaleSocket } from '../discovery/connectSocket.js';
import { withLock } from '../discovery/withLock.js';
import { MAX_CLIENTS } from './clientLimit.js';

/** As many as the system allows may wait to be let in. */
const BACKLOG = 4_096;
/** How often it is checked, in ms, that the socket is still there. No event of the system tells of an unmount. */
const CHECK_INTERVAL = 1_000;

/**
 * Listens on a unix socket that only this user can connect to; gives its path once it does, then its clients. The
 * socket of a dead process is replaced, that of a live one never: that is an error whose cause has the code
 * EADDRINUSE. Completes when the socket has been removed or replaced. Unsubscribing closes it and removes it; clients
 * stay.
 */
export function listenOnce$(path: string, scheduler: SchedulerLike): Observable<string | Socket> {
  return new Observable((subscriber) => {
    const server = createServer((socket) => {
      subscriber.next(socket);
    });
    let id: string | undefined;
    // Connections that must make room take a moment to close.
    server.maxConnections = 2 * MAX_CLIENTS;
    server.on('error', fail);
    bind(server, path, () => subscriber.closed).then(begin, fail);
    return close;

    function begin(bound: string | undefined): void {
      id = bound;
      if (subscriber.closed) close();
      if (!server.listening) return;
      subscriber.next(path);
      // eslint-disable-next-line rxjs-x/no-ignored-error -- a look does not fail
      subscriber.add(removed$(path, id, scheduler).subscribe(end));
    }

    /** Close first: the next attempt to listen must not find this server. */
    function end(): void {
      close();
      subscriber.complete();
    }

    function close(): void {
      server.close();
      if (id !== undefined) remove(path, id);
      id = undefined;
    }

    function fail(cause: unknown): void {
      const { message } = describeError(cause);
      subscriber.error(new RxvisorError('ERR_CONTROL', `${path}: cannot be listened on: ${message}`, { cause }));
    }
  });
}

/**
 * Binds beside the path, then renames. So the socket has its mode and accepts before anybody can see it; and when Node
 * closes a server, it unlinks the path that it was bound to, whoever has a socket there by then.
 *
 * @returns what the socket is known by
 */
async function bind(server: Server, path: string, isCancelled: () => boolean): Promise<string | undefined> {
  if (process.platform === 'win32') {
    server.listen(path);
    await once(server, 'listening');
    return undefined;
  }
  return withLock(path, async () => {
    if (!(await removeStaleSocket(path))) {
      throw Object.assign(new Error('it is in use. Give another path.'), { code: 'EADDRINUSE' });
    }
    if (isCancelled()) return undefined;
    const beside = join(dirname(path), `.${randomBytes(2).toString('hex')}`);
    // Exclusive: in a worker of node:cluster it is this process that is to be reached.
    server.listen({ path: beside, backlog: BACKLOG, exclusive: true });
    // It is bound by now, unless that failed, which is an event.
    if (!server.listening) return undefined;
    chmodSync(beside, 0o600);
    renameSync(beside, path);
    return idOf(lstatSync(path));
  });
}

/** Removes the socket, unless another one is there. What stands in the way of that, a file in place of the folder for one, stays. */
function remove(path: string, id: string): void {
  try {
    if (idOf(lstatSync(path, { throwIfNoEntry: false })) === id) rmSync(path, { force: true });
  } catch {
    // The path leads elsewhere now, or cannot be changed.
  }
}

function removed$(path: string, id: string | undefined, scheduler: SchedulerLike): Observable<boolean> {
  if (id === undefined) return NEVER;
  return interval(CHECK_INTERVAL, scheduler).pipe(
    exhaustMap(async () => isRemoved(path, id)),
    filter((removed) => removed),
    take(1),
  );
}

async function isRemoved(path: string, id: string): Promise<boolean> {
  try {
    // Not synchronously: the folder may be on a file system that does not answer.
    return idOf(await lstat(path)) !== id;
  } catch (error) {
    return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(describeError(error).code);
  }
}

/** The inode number of a removed file is reused; the time tells the files apart. */
function idOf(stats: Stats | undefined): string | undefined {
  return stats === undefined ? undefined : [stats.dev, stats.ino, stats.mtimeMs].join(':');
}

/** Between two attempts to listen again, in ms. */
const RETRY_DELAY = 1_000;

/**
 * Listens, and listens again whenever the socket has been removed. When the first attempt fails, that is an error. Later
 * attempts are repeated until the manager is reachable again.
 *
 * @param attempt$ listens once, and completes when its socket is gone; `again` after the first time
 */
export function relisten$(
  attempt$: (again: boolean) => Observable<string | Socket>,
  scheduler: SchedulerLike,
): Observable<string | Socket> {
  return defer(() => {
    let listened = false;
    return defer(() => attempt$(listened)).pipe(
      tap((what) => {
        listened ||= typeof what === 'string';
      }),
      retry({ delay: (error: unknown) => (listened ? timer(RETRY_DELAY, scheduler) : throwError(() => error)) }),
      repeat({ delay: () => timer(0, scheduler) }),
    );
  });
}
