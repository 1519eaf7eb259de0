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

/** Before the mask. */
export const FILE_MODE = 0o666;
export const FOLDER_MODE = 0o777;

const open$ = bindNodeCallback((path: string, mode: number, done: (error: unknown, fd: number) => void) => {
  open(path, APPEND, mode, (error, fd) => {
    done(error === null ? null : openError(path, error), fd);
  });
});
const mkdir$ = bindNodeCallback((path: string, mode: number, done: (error: Error | null) => void) => {
  mkdir(path, mode, done);
});

/**
 * Opens a file for appending; creates it, and its folder, if they are missing, without the permissions in `umask` and those in the
 * mask of this process.
 */
export function openFile$(path: string, umask = 0): Observable<number> {
  const mode = FILE_MODE & ~umask;
  return defer(() => open$(path, mode)).pipe(
    onCode('ENOENT', () => folder$(dirname(path), FOLDER_MODE & ~umask).pipe(switchMap(() => open$(path, mode)))),
  );
}

/**
 * Not `mkdir`'s own `recursive`: where the system goes on saying that what is to be made does not exist, as in `/proc` or
 * behind a dangling link, that never ends.
 */
function folder$(path: string, mode: number): Observable<unknown> {
  // Deferred: what bindNodeCallback gives remembers its first result.
  const made$ = defer(() => mkdir$(path, mode)).pipe(onCode('EEXIST', () => of(undefined)));
  const parent = dirname(path);
  return parent === path
    ? made$
    : made$.pipe(onCode('ENOENT', () => folder$(parent, mode).pipe(switchMap(() => made$))));
}

function onCode<T, R>(code: string, otherwise$: () => Observable<R>): (source$: Observable<T>) => Observable<T | R> {
  return catchError((error: unknown) =>
    error instanceof Error && 'code' in error && error.code === code ? otherwise$() : throwError(() => error),
  );
}
