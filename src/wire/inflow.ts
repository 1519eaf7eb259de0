import { Readable } from 'node:stream';
import { frames } from './frames.js';
import type { FrameWriter } from './frameWriter.js';
import { WINDOW } from './outflow.js';

/** The end of a stream that comes from the wire. */
export interface Inflow {
  readonly stream: Readable;
  readonly data: (bytes: Uint8Array) => void;
  readonly end: () => void;
  /** It ends before its time. */
  readonly abort: (error: Error) => void;
}

/**
 * A stream that holds a window of bytes at most: what has been read from it is what may be sent.
 *
 * Credit is given in `read`, whatever there is of it: a readable that was told to read and got nothing does not ask
 * again, however much is taken from it meanwhile.
 */
export function inflow(id: number, send: FrameWriter['send'], onOver: () => void): Inflow {
  let received = 0;
  let credited = 0;
  let over = false;
  const stream = new Readable({
    highWaterMark: WINDOW,
    read: () => {
      const taken = received - stream.readableLength;
      if (taken === credited || over) return;
      send(frames.credit, id, undefined, taken - credited);
      credited = taken;
    },
    destroy: (error, done) => {
      if (finish()) send(frames.halt, id);
      done(error);
    },
  });
  return {
    stream,
    data: (bytes) => {
      if (over) return;
      received += bytes.length;
      stream.push(bytes);
    },
    end: () => {
      if (finish()) stream.push(null);
    },
    abort: (error) => {
      if (!finish()) return;
      // Whether anybody listens is for the reader to say; without a listener Node would make it an uncaught exception.
      stream.on('error', () => undefined);
      stream.destroy(error);
    },
  };

  function finish(): boolean {
    if (over) return false;
    over = true;
    onOver();
    return true;
  }
}
