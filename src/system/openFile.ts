import { constants, mkdir, open, openSync, readlinkSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { bindNodeCallback, catchError, defer, type Observable, of, switchMap, throwError } from 'rxjs';
import { describeError } from '../model/errors.js';
import { makeFolder } from './makeFolder.js';

/**
 * Flag 'a', but non-blocking: a FIFO without a reader is an error at once (ENXIO). A blocking open(2) would wait for a reader, and
 * block one of the few threads of Node's file work.
 */
const APPEND =
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_WRONLY |
  (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);

/** Without the mask of the process. */
const FILE_MODE = 0o666;
const FOLDER_MODE = 0o777;

const open$ = bindNodeCallback((path: string, mode: number, done: (error: unknown, fd: number) => void) => {
  open(path, APPEND, mode, (error, fd) => {
    done(error === null ? null : openError(path, error), fd);
  });
});
const mkdir$ = bindNodeCallback((path: string, mode: number, done: (error: Error | null) => void) => {
  mkdir(path, mode, done);
});

/**
 * Opens a file for appending. Creates the file and its folder if they do not exist.
 *
 * @param umask permissions that new files and folders do not get, beside those in the mask of this process. Default: none
 */
export function openFile$(path: string, umask = 0): Observable<number> {
  const mode = FILE_MODE & ~umask;
  return defer(() => open$(path, mode)).pipe(
    onCode('ENOENT', () => folder$(dirname(path), FOLDER_MODE & ~umask).pipe(switchMap(() => open$(path, mode)))),
  );
}

/** The synchronous `openFile$`. */
export function openFileSync(path: string, umask = 0): number {
  const mode = FILE_MODE & ~umask;
  try {
    return openSync(path, APPEND, mode);
  } catch (error) {
    if (describeError(error).code !== 'ENOENT') throw openError(path, error);
    makeFolder(dirname(path), FOLDER_MODE & ~umask);
    return openSync(path, APPEND, mode);
  }
}

/**
 * The stream of this process that a path leads to, also by links: containers use `app.log -> /dev/stdout`. Undefined: none.
 *
 * Such a path must not be opened. That fails if the stream is a socket or belongs to another user. If the stream is a file, the
 * rotation would take a file away from its other writers.
 */
export function standardStream(path: string): 'stdout' | 'stderr' | undefined {
  let at = resolve(path);
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const name = standardPaths[at];
    if (name !== undefined) return name;
    try {
      at = resolve(dirname(at), readlinkSync(at));
    } catch {
      // It is not a link, or does not exist.
      return undefined;
    }
  }
  return undefined;
}

/** The asynchronous `makeFolder`. */
function folder$(path: string, mode: number): Observable<unknown> {
  // Deferred, because an Observable of bindNodeCallback replays its first result.
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

/** Explains ENXIO, whose text is only "no such device or address". Returns any other error unchanged. */
function openError(path: string, cause: unknown): unknown {
  if (describeError(cause).code !== 'ENXIO') return cause;
  const stats = statSync(path, { throwIfNoEntry: false });
  const why =
    stats?.isFIFO() === true
      ? 'is a FIFO without a reader. Start its reader.'
      : stats?.isSocket() === true
        ? 'is a socket, which cannot be a log. Give the path of a file.'
        : 'is a device that does not exist. Give the path of a file.';
  return Object.assign(new Error(`ENXIO: ${path} ${why}`, { cause }), { code: 'ENXIO' });
}

/** Linux follows at most 40 links. path_resolution(7) */
const MAX_LINKS = 40;

const standardPaths: Readonly<Record<string, 'stdout' | 'stderr'>> = {
  '/dev/stdout': 'stdout',
  '/dev/fd/1': 'stdout',
  '/proc/self/fd/1': 'stdout',
  '/dev/stderr': 'stderr',
  '/dev/fd/2': 'stderr',
  '/proc/self/fd/2': 'stderr',
};
