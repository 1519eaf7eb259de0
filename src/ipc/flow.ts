import { Readable } from 'node:stream';
import { kinds } from './encode.js';
import { frames } from './frames.js';
import type { FrameWriter } from './frameWriter.js';
import { encodeError } from './sentError.js';

/** The end of a stream that is written to the wire. */
export interface Outflow {
  /** The reader has taken so many bytes. */
  readonly credit: (bytes: number) => void;
  /** Nobody will read any more of it: the source is destroyed, with an error if something went wrong. */
  readonly stop: (error?: Error) => void;
}

/** The most bytes of a stream that are unread by the other side, beside one piece that exceeds it. */
export const WINDOW = 1_048_576;

/** A chunk may be larger than a frame: it is sent in pieces of this many bytes. */
const PIECE = 524_288;

export interface OutflowOptions {
  readonly id: number;
  readonly send: FrameWriter['send'];
  /** The most bytes a frame may have. */
  readonly limit: number;
  readonly onOver: () => void;
}

/** Sends what comes out of a source, as fast as it is read on the other side. */
export function outflow(source: Readable, { id, send, limit, onOver }: OutflowOptions): Outflow {
  let credit = WINDOW;
  let over = false;
  let ended = false;
  /** Of a chunk that is larger than the credit. */
  let rest: Buffer = Buffer.alloc(0);
  source.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  // One that was over before it was given has nothing more to tell.
  if (source.destroyed) process.nextTick(onClose);

  return {
    credit: (bytes) => {
      // Never more than there is at the beginning, whatever the other side says.
      if (bytes > 0) credit = Math.min(WINDOW, credit + bytes);
      pass();
    },
    stop: (error) => {
      finish();
      source.destroy(error);
    },
  };

  function onData(chunk: Buffer | string): void {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    pass();
  }

  /** Sends what the credit is good for, and has the source wait for more. */
  function pass(): void {
    if (over) return;
    while (credit > 0 && rest.length > 0) {
      const piece = rest.subarray(0, PIECE);
      rest = rest.subarray(PIECE);
      credit -= piece.length;
      send(frames.data, id, { kind: kinds.buffer, bytes: piece });
    }
    if (ended && rest.length === 0 && finish()) send(frames.end, id);
    else if (credit > 0) source.resume();
    else source.pause();
  }

  /** A source may end while it is paused. */
  function onEnd(): void {
    ended = true;
    if (!over) pass();
  }

  // Stays when all is over: a source that fails late is no uncaught exception.
  function onError(error: Error): void {
    if (finish()) send(frames.abort, id, encodeError(error, limit));
  }

  function onClose(): void {
    // After its end there may be bytes that wait for credit.
    if (ended || !finish()) return;
    const error = source.errored ?? new Error('the stream was closed before its end');
    send(frames.abort, id, encodeError(error, limit));
  }

  function finish(): boolean {
    if (over) return false;
    over = true;
    rest = Buffer.alloc(0);
    source.off('data', onData).off('end', onEnd).off('close', onClose);
    onOver();
    return true;
  }
}

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
