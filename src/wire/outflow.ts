import type { Readable } from 'node:stream';
import { kinds } from './encode.js';
import { encodeError } from './sentError.js';
import { frames } from './frames.js';
import type { FrameWriter } from './frameWriter.js';

/** The end of a stream that is written to the wire. */
export interface Outflow {
  /** The reader has taken so many bytes. */
  readonly credit: (bytes: number) => void;
  /** Nobody will read any more of it: the source is destroyed, with an error if something went wrong. */
  readonly stop: (error?: Error) => void;
}

/** So many bytes of a stream are on their way at most, and the chunk that has gone beyond. */
const WINDOW = 1_048_576;

/** A chunk may be larger than a frame: it goes in pieces of so many bytes. */
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
  source.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  // One that was over before it was given has nothing more to tell.
  if (source.destroyed) process.nextTick(onClose);

  return {
    credit: (bytes) => {
      credit += bytes;
      if (credit > 0 && !over) source.resume();
    },
    stop: (error) => {
      finish();
      source.destroy(error);
    },
  };

  function onData(chunk: Buffer | string): void {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    for (let at = 0; at < bytes.length; at += PIECE) {
      send(frames.data, id, { kind: kinds.buffer, bytes: bytes.subarray(at, at + PIECE) });
    }
    credit -= bytes.length;
    if (credit <= 0) source.pause();
  }

  function onEnd(): void {
    if (finish()) send(frames.end, id);
  }

  // Stays when all is over: a source that fails late is no uncaught exception.
  function onError(error: Error): void {
    if (finish()) send(frames.abort, id, encodeError(error, limit));
  }

  function onClose(): void {
    if (!finish()) return;
    const error = source.errored ?? new Error('the stream was closed before its end');
    send(frames.abort, id, encodeError(error, limit));
  }

  function finish(): boolean {
    if (over) return false;
    over = true;
    source.off('data', onData).off('end', onEnd).off('close', onClose);
    onOver();
    return true;
  }
}
