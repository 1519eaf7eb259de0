/** Cuts bytes into whole lines. */
export interface LineCutter {
  /** The lines that this chunk completes, in pieces; none if it ends no line. */
  readonly push: (chunk: Buffer) => readonly Buffer[];
  /** What is left, its line end added. */
  readonly end: () => readonly Buffer[];
}

const LINE_END = 0x0a;
const lineEnd = Buffer.of(LINE_END);
/** A cut moves back by this many bytes at most, not to part an escape sequence. */
const HELD_BACK = 256;

/**
 * Passes whole lines on as the bytes they are, and puts a `\n` after every `max` UTF-16 code units of a line that has
 * none: nothing is dropped, and nothing is unbounded or quadratic. A character is never parted, nor is an escape
 * sequence that begins shortly before the cut.
 *
 * Only where `max` bytes hold no line end are characters counted: 100 MB of lines of 100 bytes pass in 20 ms.
 */
export function lineCutter(max: number, onCut: () => void): LineCutter {
  /** The line that has not ended yet: its pieces, unjoined, their bytes, and their characters once they matter. */
  let held: Buffer[] = [];
  let heldBytes = 0;
  let heldCount: Count | undefined;

  return { push, end };

  function push(chunk: Buffer): Buffer[] {
    const done: Buffer[] = [];
    let start = 0;
    while (start < chunk.length && chunk.length - start > max - heldBytes) {
      const end = start + chunk.subarray(start, Math.max(start, start + max - heldBytes + 1)).lastIndexOf(LINE_END) + 1;
      if (end === start) {
        start = overlong(chunk, start, done);
      } else {
        release(done, chunk.subarray(start, end));
        start = end;
      }
    }
    const end = Math.max(start, chunk.lastIndexOf(LINE_END) + 1);
    if (end > start) release(done, chunk.subarray(start, end));
    if (end < chunk.length) hold(chunk.subarray(end), undefined);
    return done;
  }

  function end(): Buffer[] {
    const done: Buffer[] = [];
    if (heldBytes > 0) release(done, lineEnd);
    return done;
  }

  /** Goes on to the end of a line of more than `max` bytes, of the chunk, or of what `max` allows; gives the place. */
  function overlong(chunk: Buffer, start: number, done: Buffer[]): number {
    let count = heldCount ?? held.reduce((before, piece) => piece.reduce(counting, before), nothing);
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? LINE_END;
      if (byte === LINE_END) {
        release(done, chunk.subarray(start, at + 1));
        return at + 1;
      }
      const inCharacter = count.missing > 0 && isContinuation(byte);
      count = counting(count, byte);
      if (count.units > max) {
        hold(chunk.subarray(start, at), undefined);
        cut(done, inCharacter);
        return at;
      }
    }
    hold(chunk.subarray(start), count);
    return chunk.length;
  }

  function cut(done: Buffer[], inCharacter: boolean): void {
    const line = Buffer.concat(held);
    const place = beforeEscape(inCharacter ? line.subarray(0, lastCharacter(line)) : line);
    reset();
    done.push(line.subarray(0, place), lineEnd);
    if (place < line.length) hold(line.subarray(place), undefined);
    onCut();
  }

  function hold(bytes: Buffer, count: Count | undefined): void {
    held.push(bytes);
    heldBytes += bytes.length;
    heldCount = count;
  }

  function release(done: Buffer[], last: Buffer): void {
    // Not all as arguments: a long line may have come byte by byte, and a call takes about 100,000.
    for (const piece of held) done.push(piece);
    done.push(last);
    reset();
  }

  function reset(): void {
    held = [];
    heldBytes = 0;
    heldCount = undefined;
  }
}

/** UTF-16 code units so far, and the bytes that are still missing of the last character. */
interface Count {
  readonly units: number;
  readonly missing: number;
}

const nothing: Count = { units: 0, missing: 0 };

/**
 * UTF-8: a character is counted by its first byte; those of four bytes are two UTF-16 code units, the other one counted
 * by the second. A byte that belongs to no character is one by itself, for it will be shown as one. So there are never
 * more units than bytes, whatever the bytes are.
 */
function counting({ units, missing }: Count, byte: number): Count {
  if (isContinuation(byte)) {
    return missing > 0
      ? { units: missing === 3 ? units + 1 : units, missing: missing - 1 }
      : { units: units + 1, missing: 0 };
  }
  const missingNow = byte >= 0xf8 ? 0 : byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc0 ? 1 : 0;
  return { units: units + 1, missing: missingNow };
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** Where the last character begins, whole or not. */
function lastCharacter(line: Buffer): number {
  return line.findLastIndex((byte) => !isContinuation(byte));
}

/** An escape sequence that has begun and not ended: CSI, one with intermediate bytes, or a string such as an OSC link. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unfinished = /(?:\x1B(?:\[[0-?]*[ -/]*|[ -/]*|[\]PX^_k][^\x07\x18\x1A\x1B]*\x1B?)|\xC2\x9B[0-?]*[ -/]*)$/;

function beforeEscape(line: Buffer): number {
  const from = Math.max(0, line.length - HELD_BACK);
  const found = unfinished.exec(line.toString('latin1', from));
  return found === null || from + found.index === 0 ? line.length : from + found.index;
}
