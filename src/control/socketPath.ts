import { join } from 'node:path';
import { checkSocketPath } from './checkSocketPath.js';

/**
 * The socket of a manager: a file of that name in a folder of sockets; on Windows, not tried, a pipe.
 *
 * @throws RxvisorError with code `ERR_OPTION` when that is too long for a socket
 */
export function socketPath(folder: string, name: string): string {
  const path = process.platform === 'win32' ? folder + name : join(folder, `${name}.sock`);
  checkSocketPath(path);
  return path;
}
