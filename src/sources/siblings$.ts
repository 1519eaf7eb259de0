import { basename, dirname, join } from 'node:path';
import { catchError, concatMap, EMPTY, from, map, mergeMap, type Observable, of, throwError, toArray } from 'rxjs';
import type { FileEffects } from '../fileEffects.js';
import { describeError } from '../model/describeError.js';

/** A file beside a log that bears its name and more. */
export interface Sibling {
  readonly name: string;
  readonly id: string;
  readonly mtime: number;
  /** Of what stands in it: a number of a file that was removed is soon borne by another. */
  readonly key: string;
}

/** The rotated files of a log, whoever rotated them and however they are named, the oldest first; no compressed ones. */
export function siblings$(
  path: string,
  { list$, stat$ }: Pick<FileEffects, 'list$' | 'stat$'>,
): Observable<readonly Sibling[]> {
  const folder = dirname(path);
  const prefix = `${basename(path)}.`;
  return list$(folder).pipe(
    catchError((error: unknown) => (describeError(error).code === 'ENOENT' ? of([]) : throwError(() => error))),
    mergeMap((names) => from(names.filter((name) => name.startsWith(prefix) && !/\.(?:gz|part)$/.test(name)))),
    map((name) => join(folder, name)),
    concatMap((name) =>
      stat$(name).pipe(
        map(({ id, mtime }) => ({ name, id, mtime, key: `${id} ${String(mtime)}` })),
        // Rotated away between the two calls.
        catchError(() => EMPTY),
      ),
    ),
    toArray(),
    map((siblings) => siblings.sort((a, b) => a.mtime - b.mtime || (a.name < b.name ? -1 : 1))),
  );
}
