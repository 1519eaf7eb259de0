import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import type { Launch } from '../model/spawnedProcess.js';
import { openFileSync, standardStream } from '../system/openFile.js';

/** What stdout and stderr of a program are to be. */
export interface DirectOutput {
  readonly stdio: readonly ['pipe' | 'ignore' | number, 'pipe' | 'ignore' | number];
  /** Once the program has them, or has not been started. */
  readonly close: () => void;
}

const { O_APPEND, O_CREAT, O_WRONLY, O_RDWR, O_NONBLOCK } = constants;

/**
 * Opens the files that a program writes to by itself; with none, its output comes to us. Each stream has its own
 * descriptor: the system appends, whoever writes.
 *
 * @throws what opening throws, before anything is started
 */
export function directOutput(direct: Launch['direct'], umask?: number): DirectOutput {
  if (direct === undefined) return { stdio: ['pipe', 'pipe'], close: () => undefined };
  const opened: number[] = [];
  const close = (): void => {
    for (const fd of opened.splice(0)) closeSync(fd);
  };
  const open = (path: string | undefined): number | 'ignore' => {
    if (path === undefined) return 'ignore';
    const own = standardStream(path);
    if (own !== undefined) return own === 'stdout' ? 1 : 2;
    const fd = openToAppend(path, umask);
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

/**
 * The program has to get a descriptor that blocks. A FIFO is held open meanwhile, for reading too: without a reader the
 * open that blocks would wait for one, and its reader may leave at any time.
 */
function openToAppend(path: string, umask: number | undefined): number {
  const probe = openFileSync(path, umask);
  const held = [probe];
  try {
    if (fstatSync(probe).isFIFO()) held.push(openSync(path, O_RDWR | O_NONBLOCK));
    return openSync(path, O_APPEND | O_CREAT | O_WRONLY);
  } finally {
    for (const fd of held) closeSync(fd);
  }
}
