import { checkArgument } from '../model/check.js';
import { text } from '../model/checks.js';
import { RxvisorError } from '../model/errors.js';

/** What fits into `sun_path`, its NUL aside: https://man7.org/linux/man-pages/man7/unix.7.html; less elsewhere. */
const MAX_PATH = process.platform === 'darwin' ? 103 : 107;

/**
 * Node 20 and 22 cut a longer path without a word, and listen somewhere else.
 *
 * @throws RxvisorError with code `ERR_OPTION`
 */
export function checkSocketPath(path: string): void {
  checkArgument('path', path, text('a path', 'Give the path of a unix socket.'));
  const length = Buffer.byteLength(path);
  if (length > 0 && (length <= MAX_PATH || process.platform === 'win32')) return;
  throw new RxvisorError(
    'ERR_OPTION',
    `path: '${path}' has ${String(length)} bytes. Give 1 to ${String(MAX_PATH)}, which is all a unix socket can have.`,
  );
}
