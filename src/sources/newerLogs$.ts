import { basename, dirname, join } from 'node:path';
import { catchError, concat, defer, map, type Observable, of, throwError, toArray } from 'rxjs';
import type { FileEffects } from '../fileEffects.js';
import { describeError } from '../model/describeError.js';
import { isRotated } from '../model/isRotated.js';

/**
 * The files that a log was rotated to after a certain one of them, the oldest first, by the names they bore before they
 * were compressed. Told apart by name: of two files that were written within a few ms, the system gives both one time.
 */
export function newerLogs$(
  path: string,
  after: string,
  { list$ }: Pick<FileEffects, 'list$'>,
): Observable<readonly string[]> {
  const folder = dirname(path);
  const names$ = defer(() => list$(folder)).pipe(
    catchError((error: unknown) => (describeError(error).code === 'ENOENT' ? of([]) : throwError(() => error))),
  );
  // Twice: a file that is compressed while a folder is listed may be missed under its new name and its old.
  return concat(names$, names$).pipe(
    toArray(),
    map((lists) => {
      const rotated = lists.flat().filter((name) => isRotated(basename(path), name));
      const files = new Set(rotated.map((name) => join(folder, name.replace(/\.gz$/, ''))));
      return [...files].filter((file) => file > after).sort();
    }),
  );
}
