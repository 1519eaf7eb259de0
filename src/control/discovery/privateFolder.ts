import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { describeError, RxvisorError } from '../../model/errors.js';
import { makeFolder } from '../../system/makeFolder.js';

/**
 * Makes a folder that only this user can use. Checks an existing folder before it changes its mode.
 *
 * @throws RxvisorError with code `ERR_CONTROL` when another user controls it, or it cannot be made
 */
export function privateFolder(path: string): string {
  if (process.platform === 'win32') return path;
  if (!refuseSharedFolder(path))
    attempt(path, () => {
      makeFolder(path, 0o700);
    });
  refuseSharedFolder(path);
  attempt(path, () => {
    makePrivate(path);
  });
  return path;
}

/**
 * Refuses a folder that another user can control: a user who can write to it could put a socket there and receive
 * environments. Changes nothing.
 *
 * @returns whether the folder exists and this user can read it
 * @throws RxvisorError with code `ERR_CONTROL` when it is a link or a file, belongs to another user, or is writable
 * for others
 */
export function refuseSharedFolder(path: string): boolean {
  const user = process.getuid?.();
  if (user === undefined) return true;
  const stats = statsAt(path);
  if (stats === undefined) return false;
  const problem = problemOf(path, stats, user);
  if (problem !== undefined) throw new RxvisorError('ERR_CONTROL', `${path}: ${problem}`);
  return true;
}

/**
 * Reads a file that decides what runs as this user. Only this user or root may own it and write to it.
 *
 * @throws the error of opening or reading; or an error when it is a link, or another user owns it or can write to it
 */
export function readOwnFile(path: string): string {
  const fd = openOwnFile(path);
  try {
    const { uid, mode } = fstatSync(fd);
    const user = process.getuid?.();
    if (user !== undefined && uid !== user && uid !== 0) throw new Error(`it belongs to user ${String(uid)}.`);
    if (user !== undefined && (mode & 0o022) !== 0) {
      throw new Error(
        `other users can write to it (mode ${(mode & 0o777).toString(8)}). Check its contents, then run chmod go-w on it.`,
      );
    }
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

/** Uses a file descriptor, because the path may lead to another folder by now. */
function makePrivate(path: string): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const { uid, mode } = fstatSync(fd);
    if (uid === process.getuid?.() && (mode & 0o077) !== 0) fchmodSync(fd, 0o700);
  } finally {
    closeSync(fd);
  }
}

function attempt(path: string, work: () => unknown): void {
  try {
    work();
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    const remedy = 'Set RXVISOR_HOME to a folder of your own.';
    throw new RxvisorError('ERR_CONTROL', `${path}: cannot make this folder. ${remedy} (${problem})`, { cause });
  }
}

function problemOf(path: string, stats: Stats, user: number): string | undefined {
  const remedy = 'Set RXVISOR_HOME to a folder of your own.';
  if (stats.isSymbolicLink()) return 'is a symbolic link. Set RXVISOR_HOME to the folder itself.';
  if (!stats.isDirectory()) return `is not a folder. ${remedy}`;
  if (stats.uid !== user) return `belongs to user ${String(stats.uid)}. ${remedy}`;
  if ((stats.mode & 0o022) === 0) return undefined;
  return `other users can write to it (mode ${(stats.mode & 0o777).toString(8)}). Check its contents, then run: chmod go-w ${path}`;
}

function statsAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    // It does not exist, or this user cannot read a folder above it: nothing there can be used.
    return undefined;
  }
}

function openOwnFile(path: string): number {
  try {
    // O_NONBLOCK: opening a FIFO would wait for a writer.
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    if (describeError(cause).code !== 'ELOOP') throw cause;
    throw new Error('it is a symbolic link. Put the file itself there.', { cause });
  }
}
