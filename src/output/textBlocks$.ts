import type { Readable } from 'node:stream';
import { asyncScheduler, NEVER, Observable, type SchedulerLike } from 'rxjs';
import split2 from 'split2';
import { type Block, blocks$, type BlocksOptions, type LineBlock } from './blocks$.js';

/** The same lines as text and as the bytes that came, in pieces. */
export interface TextBlock extends LineBlock {
  readonly chunks: readonly Uint8Array[];
}

/**
 * How many bytes make a block. With the 64 KiB that Node reads at once it is then shorter than 128 KiB: V8 gives a longer
 * string pages of its own, which costs 50 times as much as to decode it.
 */
const GATHER = 32_768;

/** The whole lines of a byte stream, through split2, with their bytes: what is decoded here need not be encoded again. */
export function textBlocks$(
  source: Readable,
  { drain$ = NEVER, ...options }: BlocksOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): Observable<TextBlock> {
  return new Observable((subscriber) => {
    // Each block ends a line, and so each one that goes into split2 comes out as one.
    const inside: Block[] = [];
    const emit = (text?: string): void => {
      const block = inside.shift();
      if (block === undefined) return;
      const { data, cut } = block;
      subscriber.next({ text: text ?? decode(data), chunks: data, cut });
    };
    const error = (error: unknown): void => {
      subscriber.error(error);
    };
    const splitter = split2(atLastLineEnd, { writableObjectMode: true });
    splitter.on('data', emit);
    splitter.on('end', () => {
      subscriber.complete();
    });
    subscriber.add(() => splitter.destroy());
    subscriber.add(
      blocks$(source, { gather: GATHER, drain$, ...options }, scheduler).subscribe({
        next: (block) => {
          inside.push(block);
          // No character straddles two blocks of whole lines: split2 need not look for one.
          splitter.write(decode(block.data));
        },
        error,
        complete: () => splitter.end(),
      }),
    );
    subscriber.add(
      drain$.subscribe({
        next: () => {
          // A stream may pass a block on later; there is no later.
          while (inside.length > 0) emit();
        },
        error,
      }),
    );
  });
}

/** Joining texts costs a tenth of joining bytes, for which Node asks for new pages; it will not do for parted characters. */
function decode(chunks: readonly Buffer[]): string {
  return chunks.some(endsInCharacter)
    ? Buffer.concat(chunks).toString()
    : chunks.map((chunk) => chunk.toString()).join('');
}

function endsInCharacter(chunk: Buffer): boolean {
  return (chunk.at(-1) ?? 0) >= 0x80;
}

/**
 * Cuts a text at its last line end only: what comes before it is one block, what follows waits for more. split2 hands
 * its matcher to `String.prototype.split`, which asks this object: native speed, and half the time of a look-ahead.
 */
const atLastLineEnd = {
  [Symbol.split]: (text: string): string[] => {
    const end = text.lastIndexOf('\n') + 1;
    return end === 0 ? [text] : [text.slice(0, end), text.slice(end)];
  },
};
