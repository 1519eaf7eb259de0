import type { Socket } from 'node:net';
import { catchError, defer, type Observable, throwError } from 'rxjs';
import { describeError } from '../model/describeError.js';
import { listen$ } from './listen$.js';
import { privateFolder } from './privateFolder.js';
import { places } from './places.js';
import { socketPath } from './socketPath.js';

/**
 * Listens where all managers of this user are found, under the pid; a process may have several.
 */
export function listenAmong$(): Observable<string | Socket> {
  return defer(() => {
    const [folder] = places().sockets;
    privateFolder(folder);
    return attempt$(1);

    function attempt$(n: number): Observable<string | Socket> {
      const name = n === 1 ? String(process.pid) : `${String(process.pid)}-${String(n)}`;
      return listen$(socketPath(folder, name)).pipe(
        catchError((error: unknown) =>
          error instanceof Error && describeError(error.cause).code === 'EADDRINUSE'
            ? attempt$(n + 1)
            : throwError(() => error),
        ),
      );
    }
  });
}
