import type { WaitOneMs } from '../../model/effects.js';
import { describeError } from '../../model/errors.js';
import type { FileEffects } from '../../model/fileEffects.js';
import type { OpenedFile } from './openedFile.js';

/** The chunks that wait to be written to one file, in order, each with its owner. */
export interface WriteQueue<Owner> {
  /** Calls `settled` once: when the bytes are written, or when nobody has to wait for them any more. */
  readonly push: (owner: Owner, chunks: readonly Uint8Array[], settled: (() => void) | undefined) => void;
  /** The next chunks: all of them, or whole lines of at most `max` bytes, but at least one line. */
  readonly chunks: (max?: number) => readonly Uint8Array[];
  /** The size of the next line in bytes, with its line end. 0 if nothing waits. */
  readonly nextLine: () => number;
  /** Removes `written` bytes from the front. */
  readonly advance: (written: number) => void;
  /** Nobody has to wait for the chunks that are in the queue now. */
  readonly settle: () => void;
  /** Removes the chunks of an owner and returns the number of lines lost. A half-written line is ended. */
  readonly drop: (owner: Owner) => number;
  readonly holds: (owner: Owner) => boolean;
  /** Whether the written bytes end in the middle of a line. */
  readonly inLine: () => boolean;
  /** The size in bytes. */
  readonly size: () => number;
}

const LINE_END = 0x0a;

export function writeQueue<Owner>(): WriteQueue<Owner> {
  let jobs: Job<Owner>[] = [];
  let size = 0;
  let inLine = false;

  return {
    push: (owner, chunks, settled) => {
      jobs.push({ owner, chunks, settled });
      size += sizeOf(chunks);
    },
    chunks: (max = Infinity) => {
      const all = jobs.flatMap(({ chunks }) => chunks);
      return size <= max ? all : part(all, 0, lastLineEnd(all, max) || firstLineEnd(all));
    },
    nextLine: () => firstLineEnd(jobs[0]?.chunks ?? []),
    advance: (written) => {
      let left = written;
      let done = 0;
      size -= written;
      for (const job of jobs) {
        const length = sizeOf(job.chunks);
        if (left < length) {
          if (left > 0) inLine = part(job.chunks, left - 1, left)[0]?.[0] !== LINE_END;
          job.chunks = part(job.chunks, left);
          break;
        }
        left -= length;
        inLine = false;
        done += 1;
      }
      for (const job of jobs.splice(0, done)) job.settled?.();
    },
    settle: () => {
      for (const job of jobs) {
        job.settled?.();
        job.settled = undefined;
      }
    },
    drop: (owner) => {
      const [first] = jobs;
      const lost = jobs.filter((job) => job.owner === owner);
      const kept = jobs.filter((job) => job.owner !== owner);
      const endsLine = inLine && first?.owner === owner;
      jobs =
        endsLine && kept.length > 0
          ? [{ owner: undefined, chunks: [Uint8Array.of(LINE_END)], settled: undefined }, ...kept]
          : kept;
      if (endsLine && kept.length === 0) inLine = false;
      size = jobs.reduce((sum, { chunks }) => sum + sizeOf(chunks), 0);
      return countLines(lost.flatMap(({ chunks }) => chunks));
    },
    inLine: () => inLine,
    holds: (owner) => jobs.some((job) => job.owner === owner),
    size: () => size,
  };
}

/** The number of line ends. */
export function countLines(chunks: readonly Uint8Array[]): number {
  let count = 0;
  for (const chunk of chunks) {
    for (let at = chunk.indexOf(LINE_END); at >= 0; at = chunk.indexOf(LINE_END, at + 1)) count += 1;
  }
  return count;
}

export function sizeOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

/** At the exit of the process: writes a queue synchronously. Waits only for a full pipe. Returns the error that stopped it. */
export function writeAllSync<Owner>(
  queue: WriteQueue<Owner>,
  opened: OpenedFile,
  write: FileEffects['atExit']['write'],
  waitOneMs: WaitOneMs,
): unknown {
  while (queue.size() > 0) {
    try {
      const written = write(opened.readyNow(), queue.chunks());
      if (written === 0) return noBytes();
      opened.wrote(written);
      queue.advance(written);
    } catch (error) {
      if (describeError(error).code !== 'EAGAIN' || !waitOneMs()) return error;
    }
  }
  opened.syncNow();
  return undefined;
}

export function noBytes(): Error {
  return Object.assign(new Error('the file takes no bytes'), { code: 'EIO' });
}

interface Job<Owner> {
  readonly owner: Owner | undefined;
  /** The part that is not written yet. */
  chunks: readonly Uint8Array[];
  settled: (() => void) | undefined;
}

/** The bytes from `start` to `end`. */
function part(chunks: readonly Uint8Array[], start: number, end = Infinity): Uint8Array[] {
  let before = 0;
  return chunks.flatMap((chunk) => {
    const rest = chunk.subarray(Math.max(0, start - before), Math.max(0, end - before));
    before += chunk.length;
    return rest.length === 0 ? [] : [rest];
  });
}

/** The position after the first line end, or the end of all chunks. */
function firstLineEnd(chunks: readonly Uint8Array[]): number {
  let before = 0;
  for (const chunk of chunks) {
    const at = chunk.indexOf(LINE_END);
    if (at >= 0) return before + at + 1;
    before += chunk.length;
  }
  return before;
}

/** The position after the last line end within `max` bytes. 0 if there is none. */
function lastLineEnd(chunks: readonly Uint8Array[], max: number): number {
  let before = 0;
  let end = 0;
  for (const chunk of chunks) {
    if (before >= max) break;
    const at = chunk.subarray(0, max - before).lastIndexOf(LINE_END);
    if (at >= 0) end = before + at + 1;
    before += chunk.length;
  }
  return end;
}
