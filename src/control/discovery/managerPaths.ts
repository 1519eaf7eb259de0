import { statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { checkArgument } from '../../model/check.js';
import { text } from '../../model/checks.js';
import { RxvisorError } from '../../model/errors.js';

/** Where the managers of a user are found, and where what outlives them is kept. */
export interface ManagerPaths {
  /** The folders in which sockets may be; a new one goes into the first. On Windows how the names of pipes begin. */
  readonly sockets: readonly [string, ...string[]];
  /** The folder of what is remembered. */
  readonly state: string;
  /** The folder of the logs that nobody has put elsewhere. */
  readonly logs: string;
}

/** What of the system the places depend on. `uid` is undefined on Windows. */
export interface PathsContext {
  readonly home: () => string;
  readonly uid: number | undefined;
  readonly user: () => string;
  /** Whose a folder is; undefined when there is none. */
  readonly ownerOf: (folder: string) => number | undefined;
}

/**
 * The places of this user: `$RXVISOR_HOME`, or those of the XDG Base Directory Specification.
 *
 * Who comes by cron, or by `su`, may lack an `XDG_RUNTIME_DIR` that others have: all the folders are looked into, so
 * that each finds the other.
 *
 * @throws RxvisorError with code `ERR_OPTION` when `RXVISOR_HOME` is not an absolute path
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function managerPaths(env: NodeJS.ProcessEnv = process.env, system: PathsContext = thisSystem): ManagerPaths {
  const { RXVISOR_HOME: own = '', XDG_RUNTIME_DIR: runtime = '', XDG_STATE_HOME: xdgState = '' } = env;
  if (own !== '' && !isAbsolute(own)) {
    throw new RxvisorError(
      'ERR_OPTION',
      `RXVISOR_HOME: '${own}' is not absolute. Give a path that begins at the root.`,
    );
  }
  // "All paths must be absolute. If [one is] relative ..., the application should consider [it] invalid."
  const base = isAbsolute(xdgState) ? xdgState : join(system.home(), '.local', 'state');
  // `/folder/` would be what a link leads to.
  const state = own === '' ? join(base, 'rxvisor') : resolve(own);
  return { sockets: socketFolders(), state, logs: join(state, 'logs') };

  function socketFolders(): ManagerPaths['sockets'] {
    if (system.uid === undefined) return [`\\\\.\\pipe\\rxvisor-${system.user()}-`];
    const last = join(state, 'run');
    if (own !== '') return [last];
    const usual = `/run/user/${String(system.uid)}`;
    const runtimes = [runtime, usual].filter((folder) => isAbsolute(folder) && system.ownerOf(folder) === system.uid);
    const [first = last, ...others] = [...new Set([...runtimes.map((folder) => join(folder, 'rxvisor')), last])];
    return [first, ...others];
  }
}

const thisSystem: PathsContext = {
  home: homedir,
  uid: process.getuid?.(),
  user: () => userInfo().username,
  ownerOf: (folder) => statSync(folder, { throwIfNoEntry: false })?.uid,
};

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
