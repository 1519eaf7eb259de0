import { readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { asyncScheduler, NEVER, Observable, type SchedulerLike } from 'rxjs';
import type { LinesOptions } from './lines$.js';
import { joinSmallChunks } from './joinSmall.js';
import { wholeLines } from './wholeLines.js';

/** Whole lines, each ended by `\n`, in pieces; `cut` counts the line ends put into overlong lines. */
export interface Block {
  readonly data: readonly Buffer[];
  readonly cut: number;
}

export interface BlocksOptions extends LinesOptions {
  /** When it emits, all that can be read without waiting is read and passed on: the process is about to end. */
  readonly drain$?: Observable<void> | undefined;
  /** How many bytes are gathered until they are passed on. Default `131_072`. */
  readonly gather?: number | undefined;
}

/** What is read at once at the end, in bytes, and how much at most: more than pipes hold, whoever goes on writing. */
const CHUNK = 65_536;
const LAST_MAX = 1_048_576;

/** The whole lines of a byte stream as the bytes they are: each time they are copied costs as much as to write them. */
export function blocks$(
  source: Readable,
  { maxLineLength = 65_536, pause$ = NEVER, drain$ = NEVER, gather = 131_072 }: BlocksOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): Observable<Block> {
  return new Observable((subscriber) => {
    const emit = (pieces: readonly Buffer[], cut: number): void => {
      subscriber.next({ data: joinSmallChunks(pieces), cut });
    };
    const lines = wholeLines({ max: maxLineLength, gather, emit }, scheduler);
    const error = (error: unknown): void => {
      subscriber.error(error);
    };
    const end = (): void => {
      lines.end();
      subscriber.complete();
    };
    source.on('data', lines.push);
    source.on('error', end);
    source.on('close', end);
    subscriber.add(() => {
      source.off('data', lines.push);
      source.off('close', end);
      source.pause();
      lines.stop();
    });
    subscriber.add(
      pause$.subscribe({
        next: (pause) => {
          lines.hold(pause);
          if (pause) source.pause();
          else source.resume();
        },
        error,
      }),
    );
    subscriber.add(
      drain$.subscribe({
        next: () => {
          lines.hold(false);
          // What the stream holds comes as `data`.
          while (!source.destroyed && source.read() !== null);
          for (const chunk of restOf(source)) lines.push(chunk);
          lines.end();
        },
        error,
      }),
    );
  });
}

/** What stands in the pipe itself, up to EAGAIN or the end of it. Only its handle knows the descriptor. */
function* restOf(source: Readable): Generator<Buffer> {
  const handle: unknown = Reflect.get(source, '_handle');
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined;
  if (typeof fd !== 'number' || fd < 0) return;
  for (let read = 0; read < LAST_MAX;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    let size = 0;
    try {
      size = readSync(fd, chunk);
    } catch {
      // EAGAIN: it is empty. Whatever else it is, no more can be read.
    }
    if (size === 0) return;
    read += size;
    yield chunk.subarray(0, size);
  }
}
