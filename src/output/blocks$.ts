import { readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { asyncScheduler, NEVER, Observable, type SchedulerLike, type Subscription, timer } from 'rxjs';
import { lineCutter } from './lineCutter.js';

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

/** How many ms chunks are gathered at most. */
const GATHER = 1;

export interface Gathering {
  /** Longer lines are cut in pieces of this many UTF-16 code units. */
  readonly max: number;
  /** What has grown to this many bytes is passed on at once. */
  readonly gather: number;
  /** `cut` counts the line ends that were put into overlong lines. */
  readonly emit: (pieces: readonly Buffer[], cut: number) => void;
}

/** Whole lines of the bytes that are pushed. */
export interface WholeLines {
  readonly push: (chunk: Buffer) => void;
  /** Nothing is passed on while it holds. */
  readonly hold: (on: boolean) => void;
  /** Passes on what is left, its line end added. */
  readonly end: () => void;
  /** Drops what is left. */
  readonly stop: () => void;
}

/**
 * The first chunk after a rest is passed on at once; those that follow within a ms are gathered: a child that makes a
 * system call for each line makes Node read 80,000 times for a million of them, and all that comes behind would run as
 * often.
 */
function wholeLines({ max, gather: enough, emit }: Gathering, scheduler: SchedulerLike): WholeLines {
  let cut = 0;
  const cutter = lineCutter(max, () => (cut += 1));
  let gathered: Buffer[] = [];
  let size = 0;
  let held = false;
  let gathering: Subscription | undefined;

  return {
    push: (chunk) => {
      add(cutter.push(chunk));
      if (gathering !== undefined && size < enough) return;
      if (gathering === undefined) gather();
      release();
    },
    hold: (on) => {
      held = on;
      release();
    },
    end: () => {
      gathering?.unsubscribe();
      add(cutter.end());
      held = false;
      release();
    },
    stop,
  };

  function stop(): void {
    gathering?.unsubscribe();
    gathered = [];
  }

  function add(pieces: readonly Buffer[]): void {
    for (const piece of pieces) {
      gathered.push(piece);
      size += piece.length;
    }
  }

  function gather(): void {
    const onTime = (): void => {
      gathering = undefined;
      if (size === 0 || held) return;
      gather();
      release();
    };
    gathering = timer(GATHER, scheduler).subscribe({ next: onTime, error: stop });
  }

  /** All is in order before anybody sees it: whoever gets the lines may end the process. */
  function release(): void {
    if (held || gathered.length === 0) return;
    const [pieces, cuts] = [gathered, cut];
    gathered = [];
    size = 0;
    cut = 0;
    emit(pieces, cuts);
  }
}

/** Pieces that are smaller than this many bytes on average are joined: copying them is quicker than listing them. */
const SMALL = 4_096;

/** The same bytes in fewer pieces, if they are small ones. */
export function joinSmallChunks<T extends Uint8Array>(pieces: readonly T[]): readonly (T | Buffer)[] {
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  return pieces.length > 1 && size < pieces.length * SMALL ? [Buffer.concat(pieces)] : pieces;
}
