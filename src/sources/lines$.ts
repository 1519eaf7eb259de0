import type { Readable } from 'node:stream';
import { NEVER, Observable } from 'rxjs';
import split2 from 'split2';
import { CHUNKS, cuttingGuard } from './cuttingGuard.js';

export interface LinesOptions {
  /** Longer lines are cut in pieces of this many UTF-16 code units. Default `65_536`. */
  readonly maxLineLength?: number | undefined;
  /** The stream is not read while the last value is true. Default: never. */
  readonly pause$?: Observable<boolean> | undefined;
}

/** Whole lines, each ended by `\n`; `cut` counts the line ends put into overlong lines. */
export interface LineBlock {
  readonly text: string;
  readonly cut: number;
}

/**
 * The whole lines of a byte stream, a block of them for each chunk that ends one: nobody pays per line who does not
 * ask for lines.
 *
 * ```text
 * source    -(a)-(b\nc\nd)---(e)-|
 * lines$    -----(ab\nc\n)-------(de\n|)
 * ```
 *
 * UTF-8 characters may straddle chunks; `\r`, NUL and ANSI sequences pass untouched; a missing final `\n` is added.
 * Completes when the stream ends, is destroyed or fails: a pipe that breaks is the end of its output.
 *
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { lines$ } from 'rxvisor';
 *
 * lines$(Readable.from([Buffer.from('one\ntw'), Buffer.from('o')])).subscribe(({ text }) => {
 *   console.log(JSON.stringify(text)); // "one\n", "two\n"
 * });
 * ```
 */
export function lines$(
  source: Readable,
  { maxLineLength = 65_536, pause$ = NEVER }: LinesOptions = {},
): Observable<LineBlock> {
  return new Observable((subscriber) => {
    let cut = 0;
    const guard = cuttingGuard(maxLineLength, () => (cut += 1));
    const blocks = split2(wholeLines, {
      writableObjectMode: true,
      writableHighWaterMark: CHUNKS,
      readableHighWaterMark: CHUNKS,
    });
    blocks.on('data', (text: string) => {
      const block = { text: text.endsWith('\n') ? text : `${text}\n`, cut };
      cut = 0;
      subscriber.next(block);
    });
    blocks.on('end', () => {
      subscriber.complete();
    });
    const end = (): void => {
      guard.end();
    };
    source.on('error', end);
    source.on('close', end);
    source.pipe(guard).pipe(blocks);
    const pausing = pause$.subscribe({
      next: (pause) => {
        if (pause) blocks.pause();
        else blocks.resume();
      },
      error: (error: unknown) => {
        subscriber.error(error);
      },
    });

    return () => {
      pausing.unsubscribe();
      source.unpipe(guard);
      source.off('close', end);
      guard.destroy();
      blocks.destroy();
    };
  });
}

/**
 * Cuts a text at its last line end only: what comes before it is one block, what follows waits for more. split2 hands
 * its matcher to `String.prototype.split`, which asks this object: native speed, and half the time of a look-ahead.
 */
const wholeLines = {
  [Symbol.split]: (text: string): string[] => {
    const end = text.lastIndexOf('\n') + 1;
    return end === 0 ? [text] : [text.slice(0, end), text.slice(end)];
  },
};
