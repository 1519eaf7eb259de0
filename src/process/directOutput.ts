import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import type { Launch } from '../model/spawnedProcess.js';
import { openFileSync, standardStream } from '../system/openFile.js';

/** The stdout and stderr of a program that is about to start. */
export interface DirectOutput {
  readonly stdio: readonly ['pipe' | 'ignore' | number, 'pipe' | 'ignore' | number];
  /** Closes the manager's copies. Call it once the program has started or has failed to start. */
  readonly close: () => void;
}

const { O_APPEND, O_CREAT, O_WRONLY, O_RDWR, O_NONBLOCK } = constants;

/**
 * Opens the files that a program writes to directly. Without `direct`, the output goes to the manager by pipes.
 *
 * Each stream has its own descriptor, opened for appending (O_APPEND).
 *
 * @throws the error of `open`, before anything is started
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
 * Opens a file in blocking mode, as the program needs it. A blocking open of a FIFO waits for a reader, and a reader may close
 * it at any time. So this process holds the FIFO open for reading until the open has returned.
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
