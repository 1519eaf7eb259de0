import type { Readable } from 'node:stream';
import { asyncScheduler, NEVER, Observable, type SchedulerLike } from 'rxjs';
import split2 from 'split2';
import { decodeChunks } from '../model/rawOutput.js';
import { type Block, type BlocksOptions, chunks$ } from './chunks$.js';
import { type Cutter, cuttingGuard, LINE_END } from './cuttingGuard.js';

/** Whole lines, each ended by `\n`. `cut` counts the line ends that were inserted into overlong lines. */
export interface LineBlock {
  readonly text: string;
  readonly cut: number;
}

/** Whole lines as text, and as the received bytes, in pieces. A sink that writes bytes does not have to encode the text. */
export interface TextBlock extends LineBlock {
  readonly chunks: readonly Uint8Array[];
}

/**
 * How many bytes are gathered before they are emitted. Node reads 64 KiB at once, so a block is shorter than 128 KiB. V8 gives a
 * longer string memory pages of its own, which takes 50 times as long as the decoding.
 */
const GATHER = 32_768;

/** The whole lines of a byte stream: split2 decodes the bytes and splits the text after its last line end. */
export function textBlocks$(
  source: Readable,
  { drain$ = NEVER, ...options }: BlocksOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): Observable<TextBlock> {
  return new Observable((subscriber) => {
    /** The bytes of the blocks that split2 has not emitted yet. */
    const pending: Block[] = [];
    /** The number of blocks that a drain has emitted. They are skipped when split2 emits them. */
    let early = 0;
    const splitter = split2(atLastLineEnd);
    const pair = pairBytes();

    const emit = (block: Block, text: string): void => {
      subscriber.next({ text, chunks: block.data, cut: block.cut });
    };
    const error = (error: unknown): void => {
      subscriber.error(error);
    };
    splitter.on('data', (text: string) => {
      if (early > 0) {
        early -= 1;
        return;
      }
      const block = pending.shift();
      if (block !== undefined) emit(block, text);
    });
    splitter.on('end', () => {
      subscriber.complete();
    });
    subscriber.add(() => splitter.destroy());
    subscriber.add(
      chunks$(source, { drain$, ...options, cutter: endingChunks, gather: GATHER }, scheduler).subscribe({
        next: (chunks) => {
          const { bytes, block } = pair(chunks);
          pending.push(block);
          splitter.write(bytes);
        },
        error,
        complete: () => splitter.end(),
      }),
    );
    subscriber.add(
      drain$.subscribe({
        next: () => {
          // split2 emits no block while it emits another one, and the process ends now.
          const blocks = pending.splice(0);
          early += blocks.length;
          for (const block of blocks) emit(block, decodeChunks(block.data));
        },
        error,
      }),
    );
  });
}

/**
 * Holds chunks back until one of them has a line end. split2 joins each chunk to the rest of the last one and searches both, so a
 * long line in small chunks would take quadratic time.
 */
function endingChunks(max: number, onCut: () => void): Cutter {
  const guard = cuttingGuard(max, onCut);
  let held: Buffer[] = [];

  return {
    push: (chunk) => ending(guard.push(chunk)),
    end: () => ending(guard.end()),
  };

  function ending(pieces: readonly Buffer[]): readonly Buffer[] {
    for (const piece of pieces) held.push(piece);
    if (!pieces.some((piece) => piece.includes(LINE_END))) return [];
    const released = held;
    held = [];
    return released;
  }
}

interface Paired {
  /** What split2 gets. */
  readonly bytes: Buffer;
  /** The bytes of the block that split2 emits for it. */
  readonly block: Block;
}

/** Pairs the input of split2 with the bytes of the block that it emits for it. Each input has a line end. */
function pairBytes(): (chunks: Block) => Paired {
  /** The beginning of the open line, which split2 has already. */
  let open: Buffer[] = [];

  return ({ data, cut }) => {
    const bytes = join(data);
    const end = bytes.lastIndexOf(LINE_END) + 1;
    const block = { data: [...open, bytes.subarray(0, end)], cut };
    open = end < bytes.length ? [bytes.subarray(end)] : [];
    return { bytes, block };
  };
}

function join(pieces: readonly Buffer[]): Buffer {
  const [first] = pieces;
  return first !== undefined && pieces.length === 1 ? first : Buffer.concat(pieces);
}

/**
 * Splits a text after its last line end: the first part is a block, the rest waits. split2 passes its matcher to
 * `String.prototype.split`, which calls this method. It takes half the time of a regular expression with a look-ahead.
 */
export const atLastLineEnd: { readonly [Symbol.split]: (text: string) => string[] } = {
  [Symbol.split]: (text) => {
    const end = text.lastIndexOf('\n') + 1;
    return end === 0 ? [text] : [text.slice(0, end), text.slice(end)];
  },
};
