import { Readable } from 'node:stream';
import { frames } from './frames.js';
import type { FrameWriter } from './frameWriter.js';
import { WINDOW } from './outflow.js';

/** The end of a stream that comes from the wire. */
export interface Inflow {
  readonly stream: Readable;
  /** @throws when the other side sends more than it has credit for */
  readonly data: (bytes: Uint8Array) => void;
  readonly end: () => void;
  /** It ends before its time. */
  readonly abort: (error: Error) => void;
}

/**
 * A stream that holds a window of bytes at most: what the reader has asked for makes room for more.
 *
 * The bytes wait here and not in the readable, which tells nobody what is taken from it: `read` is called before that,
 * and not again until something is pushed.
 */
export function inflow(id: number, send: FrameWriter['send'], onOver: () => void): Inflow {
  let waiting: Uint8Array[] = [];
  /** Received, and not yet taken by the reader. */
  let uncredited = 0;
  let wanted = false;
  let ended = false;
  let over = false;
  const stream = new Readable({
    read: () => {
      wanted = true;
      pass();
    },
    destroy: (error, done) => {
      waiting = [];
      if (finish()) send(frames.halt, id);
      done(error);
    },
  });
  // Whether anybody listens is for the reader to say; without a listener Node would make it an uncaught exception.
  stream.on('error', () => undefined);
  return {
    stream,
    data: (bytes) => {
      if (over) return;
      if (uncredited >= WINDOW) throw new Error('more of a stream than was asked for');
      uncredited += bytes.length;
      waiting.push(bytes);
      pass();
    },
    end: () => {
      if (!finish()) return;
      ended = true;
      pass();
    },
    abort: (error) => {
      if (finish()) stream.destroy(error);
    },
  };

  function pass(): void {
    while (wanted) {
      const bytes = waiting.shift();
      if (bytes === undefined) break;
      wanted = stream.push(bytes);
      uncredited -= bytes.length;
      if (!over) send(frames.credit, id, undefined, bytes.length);
    }
    if (ended && waiting.length === 0) {
      ended = false;
      stream.push(null);
    }
  }

  function finish(): boolean {
    if (over) return false;
    over = true;
    onOver();
    return true;
  }
}
