import { readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { asyncScheduler, NEVER, Observable, type SchedulerLike, type Subscription, timer } from 'rxjs';
import type { Cutter } from './cuttingGuard.js';

/** Bytes in pieces. `cut` counts the line ends that were inserted into overlong lines. */
export interface Block {
  readonly data: readonly Buffer[];
  readonly cut: number;
}

export interface LinesOptions {
  /** Longer lines are cut into pieces of this many UTF-16 code units. Default `65_536`. */
  readonly maxLineLength?: number | undefined;
  /** While the last value is true, the stream is not read. Default: never. */
  readonly pause$?: Observable<boolean> | undefined;
}

export interface BlocksOptions extends LinesOptions {
  /** On each value, all that can be read without waiting is read and emitted, because the process is about to end. */
  readonly drain$?: Observable<void> | undefined;
}

export interface ChunksOptions extends BlocksOptions {
  /** Makes the step that the bytes pass through. It passes all bytes, or only whole lines. */
  readonly cutter: (max: number, onCut: () => void) => Cutter;
  /** Gathered bytes are emitted at once when there are this many. */
  readonly gather: number;
}

/**
 * Reads a byte stream and emits its bytes in order. Adds a missing final `\n`. Completes when the stream ends, is destroyed or
 * fails.
 */
export function chunks$(
  source: Readable,
  { maxLineLength = 65_536, pause$ = NEVER, drain$ = NEVER, cutter, gather }: ChunksOptions,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<Block> {
  return new Observable((subscriber) => {
    let cut = 0;
    const { push, end } = cutter(maxLineLength, () => (cut += 1));
    const emit = (pieces: readonly Buffer[]): void => {
      const block = { data: joinSmallChunks(pieces), cut };
      cut = 0;
      subscriber.next(block);
    };
    const gathering = gatherer(gather, emit, scheduler);
    const onData = (chunk: Buffer): void => {
      gathering.add(push(chunk));
    };
    const onEnd = (): void => {
      gathering.flush(end());
      subscriber.complete();
    };
    const error = (error: unknown): void => {
      subscriber.error(error);
    };
    source.on('data', onData);
    // Not removed: without a listener a late error would be an uncaught exception.
    source.on('error', onEnd);
    source.on('close', onEnd);
    subscriber.add(() => {
      source.off('data', onData);
      source.off('close', onEnd);
      source.pause();
      gathering.stop();
    });
    subscriber.add(
      pause$.subscribe({
        next: (pause) => {
          gathering.pause(pause);
          if (pause) source.pause();
          else source.resume();
        },
        error,
      }),
    );
    subscriber.add(
      drain$.subscribe({
        next: () => {
          gathering.pause(false);
          // The stream emits what it has buffered as `data`.
          while (!source.destroyed && source.read() !== null);
          for (const chunk of readPipe(source)) onData(chunk);
          gathering.flush(end());
        },
        error,
      }),
    );
  });
}

/** Pieces that are smaller than this many bytes on average are joined: copying them is faster than listing them. */
const SMALL = 4_096;

/** The same bytes, in fewer pieces if they are small. */
export function joinSmallChunks<T extends Uint8Array>(pieces: readonly T[]): readonly (T | Buffer)[] {
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  return pieces.length > 1 && size < pieces.length * SMALL ? [Buffer.concat(pieces)] : pieces;
}

interface Gatherer {
  readonly add: (pieces: readonly Buffer[]) => void;
  /** While paused, nothing is emitted. */
  readonly pause: (on: boolean) => void;
  /** Emits all gathered bytes and these last pieces. */
  readonly flush: (last: readonly Buffer[]) => void;
  /** Drops what was not emitted. */
  readonly stop: () => void;
}

/** How long bytes are gathered, in ms. */
const GATHER_TIME = 1;

/**
 * Emits the first bytes after a silence at once, and gathers the bytes of the next ms. A child may write each line by a system
 * call of its own. Then Node reads 80,000 times for 1,000,000 lines, and without gathering, all later steps would run as often.
 */
function gatherer(enough: number, emit: (pieces: readonly Buffer[]) => void, scheduler: SchedulerLike): Gatherer {
  let gathered: Buffer[] = [];
  let size = 0;
  let paused = false;
  let timing: Subscription | undefined;

  return {
    add: (pieces) => {
      keep(pieces);
      if (timing !== undefined && size < enough) return;
      if (timing === undefined) startTimer();
      release();
    },
    pause: (on) => {
      paused = on;
      release();
    },
    flush: (last) => {
      timing?.unsubscribe();
      keep(last);
      paused = false;
      release();
    },
    stop,
  };

  function stop(): void {
    timing?.unsubscribe();
    gathered = [];
  }

  function keep(pieces: readonly Buffer[]): void {
    for (const piece of pieces) {
      gathered.push(piece);
      size += piece.length;
    }
  }

  function startTimer(): void {
    const onTime = (): void => {
      timing = undefined;
      if (size === 0 || paused) return;
      startTimer();
      release();
    };
    timing = timer(GATHER_TIME, scheduler).subscribe({ next: onTime, error: stop });
  }

  function release(): void {
    if (paused || gathered.length === 0) return;
    // The state is complete before the call: a subscriber may end the process there.
    const pieces = gathered;
    gathered = [];
    size = 0;
    emit(pieces);
  }
}

/** The size of one read from a pipe, in bytes. */
const READ_SIZE = 65_536;
/** The size of all reads together, in bytes. A pipe holds less. */
const READ_MAX = 1_048_576;

/** Reads from the pipe itself, up to EAGAIN or its end. Only the stream's handle knows the descriptor. */
function* readPipe(source: Readable): Generator<Buffer> {
  const handle: unknown = Reflect.get(source, '_handle');
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined;
  if (typeof fd !== 'number' || fd < 0) return;
  for (let read = 0; read < READ_MAX;) {
    const chunk = Buffer.allocUnsafe(READ_SIZE);
    let size = 0;
    try {
      size = readSync(fd, chunk);
    } catch {
      // EAGAIN: the pipe is empty. After any other error, too, no more can be read.
    }
    if (size === 0) return;
    read += size;
    yield chunk.subarray(0, size);
  }
}
