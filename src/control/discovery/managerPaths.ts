import { statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { checkArgument } from '../../model/check.js';
import { text } from '../../model/checks.js';
import { RxvisorError } from '../../model/errors.js';

/** The folders of this user's managers. */
export interface ManagerPaths {
  /** Folders that may hold sockets; a new socket goes into the first. On Windows: the prefix of pipe names. */
  readonly sockets: readonly [string, ...string[]];
  /** The folder of the saved list and the daemon lock. */
  readonly state: string;
  /** The folder of logs for services without a `log`. */
  readonly logs: string;
}

/** The facts of the system that the folders depend on. `uid` is undefined on Windows. */
export interface PathsContext {
  readonly home: () => string;
  readonly uid: number | undefined;
  readonly user: () => string;
  /** User id of a folder's owner; undefined when the folder does not exist. */
  readonly ownerOf: (folder: string) => number | undefined;
}

/**
 * The folders of this user's managers: in `$RXVISOR_HOME`, or those of the XDG Base Directory Specification.
 *
 * `XDG_RUNTIME_DIR` is often unset under cron and `su`. All possible folders are searched, so that managers started
 * with and without it find each other.
 *
 * @throws RxvisorError with code `ERR_OPTION` when `RXVISOR_HOME` is not an absolute path
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function managerPaths(env: NodeJS.ProcessEnv = process.env, system: PathsContext = thisSystem): ManagerPaths {
  const { RXVISOR_HOME: own = '', XDG_RUNTIME_DIR: runtime = '', XDG_STATE_HOME: xdgState = '' } = env;
  if (own !== '' && !isAbsolute(own)) {
    throw new RxvisorError('ERR_OPTION', `RXVISOR_HOME: '${own}' is not absolute. Give an absolute path.`);
  }
  // "All paths must be absolute. If [one is] relative ..., the application should consider [it] invalid."
  const base = isAbsolute(xdgState) ? xdgState : join(system.home(), '.local', 'state');
  // `resolve` removes a trailing slash. With it, lstat would follow a symbolic link.
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

/**
 * The path of a manager's socket. On Windows (not tested): the name of a pipe.
 *
 * @throws RxvisorError with code `ERR_OPTION` when the path is too long for a socket
 */
export function socketPath(folder: string, name: string): string {
  const path = process.platform === 'win32' ? folder + name : join(folder, `${name}.sock`);
  checkSocketPath(path);
  return path;
}

/**
 * Checks the length of a socket path. Node 20 and 22 silently truncate a longer path and listen somewhere else.
 *
 * @throws RxvisorError with code `ERR_OPTION`
 */
export function checkSocketPath(path: string): void {
  checkArgument('path', path, text('a path', 'Give the path of a unix socket.'));
  const length = Buffer.byteLength(path);
  if (length > 0 && (length <= MAX_PATH || process.platform === 'win32')) return;
  throw new RxvisorError(
    'ERR_OPTION',
    `path: '${path}' has ${String(length)} bytes. The path of a unix socket has 1 to ${String(MAX_PATH)} bytes: give a shorter one.`,
  );
}

const thisSystem: PathsContext = {
  home: homedir,
  uid: process.getuid?.(),
  user: () => userInfo().username,
  ownerOf: (folder) => statSync(folder, { throwIfNoEntry: false })?.uid,
};

/** Size of `sun_path` without its NUL, in bytes: https://man7.org/linux/man-pages/man7/unix.7.html; less on macOS. */
const MAX_PATH = process.platform === 'darwin' ? 103 : 107;
