import { Transform } from 'node:stream';
import { asyncScheduler, type SchedulerLike, type Subscription, timer } from 'rxjs';
import { lineCutter } from './lineCutter.js';

/** What may wait between two stages of a paused pipe. Node's own 16 chunks would be a MiB. One would stop at each. */
export const CHUNKS = 2;
/** What Node reads at once, in bytes. */
const CHUNK = 65_536;
/** How many ms chunks are gathered at most. */
const GATHER = 1;

export interface Cutting {
  /** Longer lines are cut in pieces of this many UTF-16 code units. */
  readonly max: number;
  readonly onCut: () => void;
  /** What has grown to so many bytes is passed on at once. */
  readonly gather: number;
  readonly shape: (pieces: readonly Buffer[]) => unknown;
}

/**
 * Bytes in, blocks of whole lines out, each as `shape` makes it of its pieces. The first chunk after a rest is passed on
 * at once; those that follow within a ms are gathered: a child that makes a system call for each line makes Node read
 * 80,000 times for a million of them, and all that comes behind would run as often.
 */
export function wholeLines(
  { max, onCut, gather: enough, shape }: Cutting,
  scheduler: SchedulerLike = asyncScheduler,
): Transform {
  const cutter = lineCutter(max, onCut);
  let gathered: Buffer[] = [];
  let size = 0;
  let gathering: Subscription | undefined;
  const block = (): unknown => {
    const pieces = gathered;
    gathered = [];
    size = 0;
    return pieces.length === 0 ? undefined : shape(pieces);
  };
  const gather = (): void => {
    gathering = timer(GATHER, scheduler).subscribe({
      next: () => {
        gathering = undefined;
        if (size === 0) return;
        gather();
        stage.push(block());
      },
      error: (error: unknown) => stage.destroy(error instanceof Error ? error : undefined),
    });
  };
  const stage = new Transform({
    readableObjectMode: true,
    writableHighWaterMark: CHUNKS * CHUNK,
    readableHighWaterMark: CHUNKS,
    transform: (chunk: Buffer, _encoding, done) => {
      for (const piece of cutter.push(chunk)) {
        gathered.push(piece);
        size += piece.length;
      }
      if (gathering !== undefined && size < enough) {
        done();
        return;
      }
      if (gathering === undefined) gather();
      done(null, block());
    },
    flush: (done) => {
      gathering?.unsubscribe();
      gathered.push(...cutter.end());
      done(null, block());
    },
    destroy: (error, done) => {
      gathering?.unsubscribe();
      done(error);
    },
  });
  return stage;
}
