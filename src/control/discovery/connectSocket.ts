import { lstatSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { describeError } from '../../model/errors.js';

/** Between two attempts, in ms. */
const RETRY_DELAY = 10;

/**
 * Connects to a unix socket. Where many do at once, the queue in front of it may be full: that is EAGAIN, and not
 * waited for by connect(2) when it must not block.
 *
 * @param timeout in ms, for as long as the queue is full
 * @throws what connecting says
 */
export async function connectSocket(path: string, timeout: number): Promise<Socket> {
  const end = performance.now() + timeout;
  for (;;) {
    try {
      return await connectOnce(path);
    } catch (error) {
      if (describeError(error).code !== 'EAGAIN' || performance.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY));
  }
}

async function connectOnce(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

/**
 * Takes away the socket that a dead process has left at a path, if there is one. To be done under the lock of the
 * path: who is about to listen there has bound it already, and would be taken for dead.
 *
 * @returns whether the path is free
 */
export async function removeStaleSocket(path: string): Promise<boolean> {
  // A file that is no socket refuses, too, and is somebody's.
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return true;
  if (!found.isSocket() || (await isListening(path))) return false;
  rmSync(path, { force: true });
  return true;
}

/** Whether somebody listens at a socket, busy or not. What a dead one has left there refuses. */
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
