import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeError } from '../model/describeError.js';
import type { Launch } from './spawnProcess.js';

/** What stdout and stderr of a program are to be. */
export interface DirectOutput {
  readonly stdio: readonly ['pipe' | 'ignore' | number, 'pipe' | 'ignore' | number];
  /** Once the program has them, or has not been started. */
  readonly close: () => void;
}

const { O_APPEND, O_CREAT, O_WRONLY, O_NONBLOCK } = constants;

/**
 * Opens the files that a program writes to by itself; with none, its output comes to us. Each stream has its own
 * descriptor: the system appends, whoever writes.
 *
 * @throws what opening throws, before anything is started
 */
export function directOutput(direct: Launch['direct']): DirectOutput {
  if (direct === undefined) return { stdio: ['pipe', 'pipe'], close: () => undefined };
  const opened: number[] = [];
  const close = (): void => {
    for (const fd of opened.splice(0)) closeSync(fd);
  };
  const open = (path: string | undefined): number | 'ignore' => {
    if (path === undefined) return 'ignore';
    const fd = openToAppend(path);
    opened.push(fd);
    return fd;
  };
  try {
    return { stdio: [open(direct.stdout), open(direct.stderr)], close };
  } catch (error) {
    close();
    throw error;
  }
}

/** First so that a FIFO nobody reads is an error, and no endless wait; then as the program is to have it. */
function openToAppend(path: string): number {
  const flags = O_APPEND | O_CREAT | O_WRONLY;
  try {
    closeSync(openSync(path, process.platform === 'win32' ? flags : flags | O_NONBLOCK));
  } catch (error) {
    if (describeError(error).code !== 'ENOENT') throw error;
    makeFolder(dirname(path));
  }
  return openSync(path, flags);
}

/** Not `recursive`: see openFile$. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = describeError(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    mkdirSync(path);
  }
}
