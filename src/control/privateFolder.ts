import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { RxvisorError } from '../model/errors.js';

/**
 * Makes a folder that is this user's alone, and sees to it when it is there already.
 *
 * @throws RxvisorError with code `ERR_CONTROL` when it is somebody else's, or cannot be made
 */
export function privateFolder(path: string): string {
  if (process.platform === 'win32') return path;
  let owner: number;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(path);
    owner = uid;
    if (uid === process.getuid?.() && (mode & 0o077) !== 0) chmodSync(path, 0o700);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new RxvisorError('ERR_CONTROL', `${path}: cannot be made. ${remedy} (${problem})`, { cause });
  }
  if (owner === process.getuid?.()) return path;
  throw new RxvisorError('ERR_CONTROL', `${path}: belongs to user ${String(owner)}. ${remedy}`);
}

const remedy = 'Set RXVISOR_HOME to a folder of your own.';
