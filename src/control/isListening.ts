import { describeError } from '../model/describeError.js';
import { connectSocket } from './dial.js';

/** Whether somebody listens at a socket, busy or not. What a dead one has left there refuses. */
export async function isListening(path: string): Promise<boolean> {
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
