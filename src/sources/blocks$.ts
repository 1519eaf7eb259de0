import type { Readable } from 'node:stream';
import { asyncScheduler, NEVER, Observable, type SchedulerLike } from 'rxjs';
import type { LinesOptions } from './lines$.js';
import { joinSmall } from './joinSmall.js';
import { wholeLines } from './wholeLines.js';

/** Whole lines, each ended by `\n`; `cut` counts the line ends put into overlong lines. */
export interface Block<T> {
  readonly data: T;
  readonly cut: number;
}

/** What is made of the pieces of a block, and what they go through then. */
export interface Stages {
  /** How many bytes are gathered until they are passed on; see {@link wholeLines}. */
  readonly gather: number;
  readonly shape: (pieces: readonly Buffer[]) => unknown;
  readonly onward: (blocks: Readable) => Readable;
}

/** Bytes are passed on as they are, and as few times as may be: each time costs as much as to copy them. */
const asBytes: Stages = { gather: 131_072, shape: joinSmall, onward: (blocks) => blocks };

/** The whole lines of a byte stream as the bytes they are, in pieces, or as what the stages after the cutting make of them. */
export function blocks$<T = readonly Uint8Array[]>(
  source: Readable,
  { maxLineLength = 65_536, pause$ = NEVER }: LinesOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
  { gather, shape, onward }: Stages = asBytes,
): Observable<Block<T>> {
  return new Observable((subscriber) => {
    let cut = 0;
    const first = wholeLines({ max: maxLineLength, onCut: () => (cut += 1), gather, shape }, scheduler);
    const last = onward(first);
    last.on('data', (data: T) => {
      const block = { data, cut };
      cut = 0;
      subscriber.next(block);
    });
    last.on('end', () => {
      subscriber.complete();
    });
    const end = (): void => {
      first.end();
    };
    source.on('error', end);
    source.on('close', end);
    source.pipe(first);
    const pausing = pause$.subscribe({
      next: (pause) => {
        if (pause) last.pause();
        else last.resume();
      },
      error: (error: unknown) => {
        subscriber.error(error);
      },
    });

    return () => {
      pausing.unsubscribe();
      source.unpipe(first);
      source.off('close', end);
      first.destroy();
      last.destroy();
    };
  });
}
