import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { describeError } from '../model/describeError.js';

/**
 * Reads a file that decides what runs as this user. Only this user, or root, may have written it.
 *
 * @throws the error of opening or reading; or an error when it is a link, or when another user owns it or can write to it
 */
export function readOwnFile(path: string): string {
  const fd = opened(path);
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

function opened(path: string): number {
  try {
    // Not blocking: of a FIFO, which is no list either, the open would wait for a writer.
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    if (describeError(cause).code !== 'ELOOP') throw cause;
    throw new Error('it is a link. Put the file itself there.', { cause });
  }
}
