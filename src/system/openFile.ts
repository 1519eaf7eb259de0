import { constants, mkdir, mkdirSync, open, openSync, readlinkSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { bindNodeCallback, catchError, defer, type Observable, of, switchMap, throwError } from 'rxjs';
import { describeError } from '../model/errors.js';

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

const { O_APPEND, O_CREAT, O_WRONLY, O_NONBLOCK } = constants;

/** `openFile$` in one go: a FIFO that nobody reads is an error; the file's folder is made. */
export function openFileSync(path: string, umask = 0): number {
  const mode = FILE_MODE & ~umask;
  const flags = O_APPEND | O_CREAT | O_WRONLY | (process.platform === 'win32' ? 0 : O_NONBLOCK);
  try {
    return openSync(path, flags, mode);
  } catch (error) {
    if (describeError(error).code !== 'ENOENT') throw openError(path, error);
    makeFolder(dirname(path), FOLDER_MODE & ~umask);
    return openSync(path, flags, mode);
  }
}

/** Not `recursive`: see openFile$. */
function makeFolder(path: string, mode: number): void {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    const { code } = describeError(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolder(dirname(path), mode);
    mkdirSync(path, mode);
  }
}

/** The error of opening a log, in words where the system's are of no help: ENXIO is "no such device or address". */
function openError(path: string, cause: unknown): unknown {
  if (describeError(cause).code !== 'ENXIO') return cause;
  const stats = statSync(path, { throwIfNoEntry: false });
  const why =
    stats?.isFIFO() === true
      ? 'is a FIFO that nobody reads. Start its reader.'
      : stats?.isSocket() === true
        ? 'is a socket, which cannot be a log. Give the path of a file.'
        : 'is a device that is not there.';
  return Object.assign(new Error(`ENXIO: ${path} ${why}`, { cause }), { code: 'ENXIO' });
}

/** As many links as Linux follows. */
const LINKS_MAX = 40;

const names: Readonly<Record<string, 'stdout' | 'stderr'>> = {
  '/dev/stdout': 'stdout',
  '/dev/fd/1': 'stdout',
  '/proc/self/fd/1': 'stdout',
  '/dev/stderr': 'stderr',
  '/dev/fd/2': 'stderr',
  '/proc/self/fd/2': 'stderr',
};

/**
 * Which of this process's own streams a path leads to, over links too: containers have `app.log -> /dev/stdout`. To open
 * such a path fails where the stream is a socket or belongs to another user, and a file would be truncated or rotated
 * that others write to.
 */
export function standardStream(path: string): 'stdout' | 'stderr' | undefined {
  let at = resolve(path);
  for (let links = 0; links < LINKS_MAX; links += 1) {
    const name = names[at];
    if (name !== undefined) return name;
    try {
      at = resolve(dirname(at), readlinkSync(at));
    } catch {
      // It is no link, or is not there.
      return undefined;
    }
  }
  return undefined;
}
