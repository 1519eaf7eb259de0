import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** The maximum size of an env file, in bytes. */
const MAX_SIZE = 1_048_576;

/**
 * Reads an env file as UTF-8.
 *
 * @throws with the `code` of the file system; EISDIR for a folder, EINVAL for another file that is not regular, EFBIG for a file
 * larger than 1 MiB
 */
export function readEnvFile(path: string): string {
  // Without O_NONBLOCK, the manager would stand still until somebody writes to a FIFO.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    if (stats.isDirectory()) throw systemError('EISDIR', path);
    if (!stats.isFile()) throw systemError('EINVAL', path);
    if (stats.size > MAX_SIZE) throw systemError('EFBIG', path);
    return readAll(fd, path);
  } finally {
    closeSync(fd);
  }
}

/** The size of a file in `/proc` is 0, and a file may grow while it is read: so the bytes are counted. */
function readAll(fd: number, path: string): string {
  const bytes = Buffer.alloc(MAX_SIZE + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length < bytes.length; length += read)
    read = readSync(fd, bytes, length, bytes.length - length, null);
  if (length > MAX_SIZE) throw systemError('EFBIG', path);
  return bytes.toString('utf8', 0, length);
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: open '${path}'`), { code });
}
