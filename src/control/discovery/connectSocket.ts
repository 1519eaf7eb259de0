import { once } from 'node:events';
import { lstatSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { describeError } from '../../model/errors.js';

/** Time between two attempts, in ms. */
const RETRY_DELAY = 10;

/**
 * Connects to a unix socket. Retries while its queue of connections is full: connect(2) on a non-blocking socket then
 * fails with EAGAIN instead of waiting.
 *
 * @param timeout how long to retry, in ms
 * @throws the error of the connection
 */
export async function connectSocket(path: string, timeout: number): Promise<Socket> {
  const end = performance.now() + timeout;
  for (;;) {
    try {
      const socket = connect(path);
      // Rejects at an `error` event.
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      if (describeError(error).code !== 'EAGAIN' || performance.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY));
  }
}

/**
 * Removes the socket that a dead process left at a path, if there is one. Call it under the lock of the path: else a
 * process that has bound its socket but does not listen yet would look dead.
 *
 * @returns whether the path is free
 */
export async function removeStaleSocket(path: string): Promise<boolean> {
  // A regular file refuses connections like a dead socket, but is not ours to remove.
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return true;
  if (!found.isSocket() || (await isListening(path))) return false;
  rmSync(path, { force: true });
  return true;
}

/** Whether a process listens at a socket, busy or not. The socket of a dead process refuses connections. */
async function isListening(path: string): Promise<boolean> {
  try {
    (await connectSocket(path, 0)).destroy();
    return true;
  } catch (error) {
    const { code } = describeError(error);
    if (code === 'ECONNREFUSED' || code === 'ENOENT') return false;
    if (code === 'EAGAIN') return true;
    throw error;
  }
}
