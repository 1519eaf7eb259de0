import { closeSync, constants, fchmodSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { RxvisorError } from '../model/errors.js';
import { refuseSharedFolder } from './checkFolder.js';

/**
 * Makes a folder that only this user can use. One that exists is checked before its mode is changed.
 *
 * @throws RxvisorError with code `ERR_CONTROL` when another user can control it, or it cannot be made
 */
export function privateFolder(path: string): string {
  if (process.platform === 'win32') return path;
  if (!refuseSharedFolder(path)) attempt(path, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
  refuseSharedFolder(path);
  attempt(path, () => {
    closeToOthers(path);
  });
  return path;
}

/** By its descriptor: the path may be another folder by now. */
function closeToOthers(path: string): void {
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
    throw new RxvisorError('ERR_CONTROL', `${path}: cannot be made. ${remedy} (${problem})`, { cause });
  }
}
