import { lstatSync, type Stats } from 'node:fs';
import { RxvisorError } from '../model/errors.js';

/**
 * Refuses a folder that another user can control: whoever can write to it can put a socket there, and would be sent
 * environments. Looks only; nothing is changed.
 *
 * @returns whether there is such a folder that this user can look at
 * @throws RxvisorError with code `ERR_CONTROL` for a link, no folder, another owner, or one that others can write to
 */
export function checkFolder(path: string): boolean {
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
  return `other users can write to it (mode ${(stats.mode & 0o777).toString(8)}). Look who did, then: chmod go-w ${path}`;
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    // There is none, or a folder above it is closed to this user: nothing there can be used.
    return undefined;
  }
}
