import { lstatSync, rmSync } from 'node:fs';
import { isListening } from './isListening.js';

/**
 * Takes away the socket that a dead process has left at a path, if there is one. To be done under the lock of the
 * path: who is about to listen there has bound it already, and would be taken for dead.
 *
 * @returns whether the path is free
 */
export async function removeStaleSocket(path: string): Promise<boolean> {
  // A file that is no socket refuses, too, and is somebody's.
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return true;
  if (!found.isSocket() || (await isListening(path))) return false;
  rmSync(path, { force: true });
  return true;
}
