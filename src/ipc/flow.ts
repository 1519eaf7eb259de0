import { Readable } from 'node:stream';
import { kinds } from './encode.js';
import { frames } from './frames.js';
import type { FrameWriter } from './frameWriter.js';
import { encodeError } from './sentError.js';

/** A stream that this side sends. */
export interface Outflow {
  /** The reader has taken this many bytes. */
  readonly credit: (bytes: number) => void;
  /** Stops sending, and destroys the source, with an error if something failed. */
  readonly stop: (error?: Error) => void;
}

/** The maximum number of bytes of a stream that the other side has not read. One piece may exceed it. */
export const WINDOW = 1_048_576;

/** A chunk can be larger than a frame. It is sent in pieces of this many bytes. */
const PIECE = 524_288;

export interface OutflowOptions {
  readonly id: number;
  readonly send: FrameWriter['send'];
  /** The maximum size of a frame, in bytes. */
  readonly limit: number;
  readonly onOver: () => void;
}

/** Sends a source at the speed at which the other side reads it. */
export function outflow(source: Readable, { id, send, limit, onOver }: OutflowOptions): Outflow {
  let credit = WINDOW;
  let over = false;
  let ended = false;
  /** Bytes that wait for credit. */
  let rest: Buffer = Buffer.alloc(0);
  source.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  // A stream that is already destroyed emits no more events.
  if (source.destroyed) process.nextTick(onClose);

  return {
    credit: (bytes) => {
      // Not more than the initial credit, whatever the other side sends.
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

  /** Sends as many bytes as the credit allows. Pauses the source when the credit is used up. */
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

  // This listener stays: without it, an error after the end would be an uncaught exception.
  function onError(error: Error): void {
    if (finish()) send(frames.abort, id, encodeError(error, limit));
  }

  function onClose(): void {
    // After the end, bytes may still wait for credit.
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

/** A stream that this side receives. */
export interface Inflow {
  readonly stream: Readable;
  /** @throws if the other side sends more than its credit */
  readonly data: (bytes: Uint8Array) => void;
  readonly end: () => void;
  /** Fails the stream: it is incomplete. */
  readonly abort: (error: Error) => void;
}

/**
 * A stream that buffers {@link WINDOW} bytes at most: it sends credit for the bytes that its reader takes.
 *
 * The bytes wait here, not in the Readable. A Readable does not report that its bytes were taken: it calls `read` before that,
 * and not again until something is pushed.
 */
export function inflow(id: number, send: FrameWriter['send'], onOver: () => void): Inflow {
  let waiting: Uint8Array[] = [];
  /** Bytes received, and not yet taken by the reader. */
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
  // The reader need not listen for errors: without a listener, an error would be an uncaught exception.
  stream.on('error', () => undefined);
  return {
    stream,
    data: (bytes) => {
      if (over) return;
      if (uncredited >= WINDOW) throw new Error('more bytes of a stream than its credit allows');
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
