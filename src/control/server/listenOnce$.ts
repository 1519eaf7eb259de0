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

/** Connections that may wait to be accepted. The system lowers it to its own maximum. */
const BACKLOG = 4_096;
/** How often to check that the socket still exists, in ms. The system sends no event for an unmount. */
const CHECK_INTERVAL = 1_000;

/**
 * Listens on a unix socket that only this user can connect to. Emits its path, then each client.
 *
 * Replaces the socket of a dead process. If a live process listens there, this is an error; its cause has the code
 * EADDRINUSE. Completes when the socket was removed or replaced. Unsubscribing closes and removes the socket, but keeps
 * its clients.
 */
export function listenOnce$(path: string, scheduler: SchedulerLike): Observable<string | Socket> {
  return new Observable((subscriber) => {
    const server = createServer((socket) => {
      subscriber.next(socket);
    });
    let id: string | undefined;
    // Twice the limit: connections that `clientLimit` closes take a moment to go.
    server.maxConnections = 2 * MAX_CLIENTS;
    server.on('error', fail);
    bind(server, path, () => subscriber.closed).then(begin, fail);
    return close;

    function begin(bound: string | undefined): void {
      id = bound;
      if (subscriber.closed) close();
      if (!server.listening) return;
      subscriber.next(path);
      // eslint-disable-next-line rxjs-x/no-ignored-error -- a check does not fail
      subscriber.add(removed$(path, id, scheduler).subscribe(end));
    }

    /** Closes first: the next attempt to listen must not find this server. */
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
      subscriber.error(new RxvisorError('ERR_CONTROL', `${path}: cannot listen: ${message}`, { cause }));
    }
  });
}

/**
 * Listens, and listens again whenever the socket is removed. A failure of the first attempt is an error. A failure of a
 * later attempt is retried until the manager is reachable again.
 *
 * @param attempt$ listens once and completes when its socket is gone; `again` is true after the first success
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

/**
 * Binds to a temporary path beside the final one, then renames it. So the socket has its mode and accepts connections
 * before anyone can see it. The temporary path also protects later sockets: on close, Node unlinks the path a server
 * was bound to, even if another process has its socket there by then.
 *
 * @returns the identity of the socket file; undefined when there is none
 */
async function bind(server: Server, path: string, isCancelled: () => boolean): Promise<string | undefined> {
  if (process.platform === 'win32') {
    server.listen(path);
    await once(server, 'listening');
    return undefined;
  }
  return withLock(path, async () => {
    if (!(await removeStaleSocket(path))) {
      throw Object.assign(new Error('the path is in use. Give another path.'), { code: 'EADDRINUSE' });
    }
    if (isCancelled()) return undefined;
    const beside = join(dirname(path), `.${randomBytes(2).toString('hex')}`);
    // Exclusive: else, in a worker of node:cluster, the primary process would listen.
    server.listen({ path: beside, backlog: BACKLOG, exclusive: true });
    // `listen` binds a path synchronously. A failure is an `error` event, and then the server does not listen.
    if (!server.listening) return undefined;
    chmodSync(beside, 0o600);
    renameSync(beside, path);
    return idOf(lstatSync(path));
  });
}

/** Removes the socket, unless the path now holds another one. */
function remove(path: string, id: string): void {
  try {
    if (idOf(lstatSync(path, { throwIfNoEntry: false })) === id) rmSync(path, { force: true });
  } catch {
    // The folder was replaced or is read-only: there is nothing of ours to remove.
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
    // Asynchronous: the folder may be on a file system that does not answer.
    return idOf(await lstat(path)) !== id;
  } catch (error) {
    return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(describeError(error).code);
  }
}

/** Identity of a file. Inode numbers are reused after a removal, so the modification time is part of it. */
function idOf(stats: Stats | undefined): string | undefined {
  return stats === undefined ? undefined : [stats.dev, stats.ino, stats.mtimeMs].join(':');
}

/** Time between two attempts to listen again, in ms. */
const RETRY_DELAY = 1_000;
