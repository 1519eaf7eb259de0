import { connect, type Socket } from 'node:net';
import { describeError } from '../model/describeError.js';

/** Between two attempts, in ms. */
const PAUSE = 10;

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
      return await connected(path);
    } catch (error) {
      if (describeError(error).code !== 'EAGAIN' || performance.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

async function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}
