import { lstatSync, type Stats } from 'node:fs';
import { RxvisorError } from '../model/errors.js';

/**
 * Refuses a folder that another user can control. A user who can write to it can put a socket there and receive
 * environments. Changes nothing.
 *
 * @returns whether the folder exists and this user can read it
 * @throws RxvisorError with code `ERR_CONTROL` for a link, a file, another owner, or a folder that others can write to
 */
export function refuseSharedFolder(path: string): boolean {
  const user = process.getuid?.();
  if (user === undefined) return true;
  const stats = statsOf(path);
  if (stats === undefined) return false;
  const problem = problemOf(path, stats, user);
  if (problem !== undefined) throw new RxvisorError('ERR_CONTROL', `${path}: ${problem}`);
  return true;
}

function problemOf(path: string, stats: Stats, user: number): string | undefined {
  const remedy = 'Set RXVISOR_HOME to a folder of your own.';
  if (stats.isSymbolicLink()) return 'is a link. Set RXVISOR_HOME to the folder itself.';
  if (!stats.isDirectory()) return `is not a folder. ${remedy}`;
  if (stats.uid !== user) return `belongs to user ${String(stats.uid)}. ${remedy}`;
  if ((stats.mode & 0o022) === 0) return undefined;
  return `other users can write to it (mode ${(stats.mode & 0o777).toString(8)}). Check its contents, then run: chmod go-w ${path}`;
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    // It does not exist, or this user cannot read a folder above it: nothing there can be used.
    return undefined;
  }
}
