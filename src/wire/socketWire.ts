import type { Socket } from 'node:net';
import type { Wire, WireListener } from './wire.js';

/** A wire over a socket, or over one end of a pipe that reads and writes. */
export function socketWire(socket: Socket): Wire {
  // Reset or broken pipe: that the other process has gone is told by the close that follows.
  socket.on('error', () => undefined);
  return {
    write: (chunks) => {
      if (socket.destroyed) return true;
      const [only] = chunks;
      if (chunks.length === 1 && only !== undefined) return socket.write(only);
      // Corked, they go out in a single writev(2).
      socket.cork();
      for (const chunk of chunks) socket.write(chunk);
      socket.uncork();
      return !socket.writableNeedDrain;
    },
    listen: ({ onBytes, onDrain, onClose }: WireListener) => {
      socket.on('data', onBytes);
      socket.on('drain', onDrain);
      if (socket.closed) process.nextTick(onClose);
      else socket.once('close', onClose);
    },
    soon: (work) => {
      process.nextTick(work);
    },
    close: () => {
      socket.destroy();
    },
  };
}
