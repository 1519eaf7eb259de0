import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { Observable } from 'rxjs';
import { describeError } from '../model/describeError.js';
import { RxvisorError } from '../model/errors.js';
import { MAX_CLIENTS } from './admission.js';
import { removeStale } from './removeStale.js';
import { withLock } from './withLock.js';

/** As many as the system allows may wait to be let in. */
const BACKLOG = 4_096;

/**
 * Listens on a unix socket that only this user can connect to; gives its path once it does, then its clients. The
 * socket of a dead process is replaced, that of a live one never: that is an error whose cause has the code
 * EADDRINUSE. Unsubscribing closes it and takes it away; clients stay.
 */
export function listen$(path: string): Observable<string | Socket> {
  return new Observable((subscriber) => {
    const server = createServer((socket) => {
      subscriber.next(socket);
    });
    // Those that have to make room take a moment to close.
    server.maxConnections = 2 * MAX_CLIENTS;
    server.on('error', fail);
    server.on('listening', () => {
      subscriber.next(path);
    });
    bind(server, path, () => subscriber.closed).catch(fail);
    return () => {
      server.close();
    };

    function fail(cause: unknown): void {
      const { message } = describeError(cause);
      subscriber.error(new RxvisorError('ERR_CONTROL', `${path}: cannot be listened on: ${message}`, { cause }));
    }
  });
}

async function bind(server: Server, path: string, isOver: () => boolean): Promise<void> {
  if (process.platform === 'win32') {
    server.listen(path);
    return;
  }
  await withLock(path, async () => {
    if (!(await removeStale(path))) {
      throw Object.assign(new Error('it is in use. Give another path.'), { code: 'EADDRINUSE' });
    }
    if (isOver()) return;
    server.listen({ path, backlog: BACKLOG });
    // It is bound by now, unless that failed, and no client has been let in.
    if (server.listening) chmodSync(path, 0o600);
  });
}
