import { constants, mkdir, open } from 'node:fs';
import { dirname } from 'node:path';
import { bindNodeCallback, catchError, defer, type Observable, of, switchMap, throwError } from 'rxjs';
import { openError } from './openError.js';

/**
 * As 'a', but a FIFO that nobody reads is an error at once (ENXIO): open(2) would wait for a reader, and each such wait
 * takes one of the few threads Node does its file work with.
 */
const APPEND =
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_WRONLY |
  (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);

const open$ = bindNodeCallback((path: string, done: (error: unknown, fd: number) => void) => {
  open(path, APPEND, (error, fd) => {
    done(error === null ? null : openError(path, error), fd);
  });
});
const mkdir$ = bindNodeCallback((path: string, done: (error: Error | null) => void) => {
  mkdir(path, done);
});

/** Opens a file for appending; makes it, and its folder, if they are missing. */
export function openFile$(path: string): Observable<number> {
  return defer(() => open$(path)).pipe(
    onCode('ENOENT', () => folder$(dirname(path)).pipe(switchMap(() => open$(path)))),
  );
}

/**
 * Not `mkdir`'s own `recursive`: where the system goes on saying that what is to be made does not exist, as in `/proc` or
 * behind a dangling link, that never ends.
 */
function folder$(path: string): Observable<unknown> {
  // Deferred: what bindNodeCallback gives remembers its first result.
  const made$ = defer(() => mkdir$(path)).pipe(onCode('EEXIST', () => of(undefined)));
  const parent = dirname(path);
  return parent === path ? made$ : made$.pipe(onCode('ENOENT', () => folder$(parent).pipe(switchMap(() => made$))));
}

function onCode<T, R>(code: string, otherwise$: () => Observable<R>): (source$: Observable<T>) => Observable<T | R> {
  return catchError((error: unknown) =>
    error instanceof Error && 'code' in error && error.code === code ? otherwise$() : throwError(() => error),
  );
}
