/** A step that bytes pass through, chunk by chunk. */
export interface Cutter {
  /** Returns the bytes that can pass now, in pieces. */
  readonly push: (chunk: Buffer) => readonly Buffer[];
  /** Returns the rest, ended by `\n`. Nothing if no line is open. */
  readonly end: () => readonly Buffer[];
}

export const LINE_END = 0x0a;
const lineEnd = Buffer.of(LINE_END);
/** A cut moves back by at most this many bytes, so that it does not split an escape sequence. */
const ESCAPE_MAX = 256;
/** How far a cut can be before the limit, in bytes: an escape sequence, and a character of 4 bytes. */
const CUT_RANGE = ESCAPE_MAX + 4;

/**
 * Inserts a `\n` after every `max` UTF-16 code units of a line that has no `\n` there, and drops nothing. A cut never
 * splits a character, nor an escape sequence that begins shortly before it.
 *
 * Bytes pass without a copy. They wait only near the limit, where a cut can come: in the last {@link CUT_RANGE} bytes. Code units
 * are counted only in a line of more than `max` bytes: 100 MB of lines of 100 bytes take 20 ms.
 *
 * @param max in UTF-16 code units, 2 or more
 * @param onCut called for each inserted `\n`
 */
export function cuttingGuard(max: number, onCut: () => void): Cutter {
  /** The bytes of the open line that have passed. */
  let passed: Buffer[] = [];
  /** The bytes of the open line that wait. */
  let waiting: Buffer[] = [];
  /** The length of the open line, in bytes. There are never more code units than bytes. */
  let size = 0;
  /** The code units of the open line. Undefined until they are counted. */
  let count: Count | undefined;

  return { push, end };

  function push(chunk: Buffer): Buffer[] {
    const out: Buffer[] = [];
    let start = 0;
    while (start < chunk.length && chunk.length - start > max - size) {
      const reach = chunk.subarray(start, start + Math.max(0, max - size) + 1);
      const end = reach.lastIndexOf(LINE_END) + 1;
      if (end > 0) pass(out, reach.subarray(0, end));
      start = end > 0 ? start + end : passLongLine(out, chunk, start);
    }
    if (start < chunk.length) pass(out, chunk.subarray(start));
    return out;
  }

  function end(): Buffer[] {
    const out: Buffer[] = [];
    if (size > 0) pass(out, lineEnd);
    return out;
  }

  /** Passes bytes in which no cut can be. */
  function pass(out: Buffer[], bytes: Buffer): void {
    const end = bytes.lastIndexOf(LINE_END) + 1;
    if (end > 0) endLine(out);
    size += bytes.length - end;
    const waits = size > max - CUT_RANGE;
    const passing = waits ? bytes.subarray(0, end) : bytes;
    if (passing.length > 0) out.push(passing);
    if (end < bytes.length) (waits ? waiting : passed).push(bytes.subarray(end));
  }

  function endLine(out: Buffer[]): void {
    // Not as arguments of one call: a call takes about 100,000, and a long line can come byte by byte.
    for (const piece of waiting) out.push(piece);
    passed = [];
    waiting = [];
    size = 0;
    count = undefined;
  }

  /** Reads a line that can reach the limit, up to its end, its cut or the end of the chunk. Returns where it stopped. */
  function passLongLine(out: Buffer[], chunk: Buffer, start: number): number {
    let now = count ?? countUnits([...passed, ...waiting]);
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? LINE_END;
      if (byte === LINE_END) {
        pass(out, chunk.subarray(start, at + 1));
        return at + 1;
      }
      const inCharacter = now.missing > 0 && isContinuation(byte);
      now = countByte(now, byte);
      if (now.units > max) {
        waiting.push(chunk.subarray(start, at));
        cut(out, inCharacter);
        return at;
      }
    }
    pass(out, chunk.subarray(start));
    count = now;
    return chunk.length;
  }

  function cut(out: Buffer[], inCharacter: boolean): void {
    const line = Buffer.concat(waiting);
    const place = beforeEscape(inCharacter ? line.subarray(0, lastCharacter(line)) : line);
    waiting = [line.subarray(0, place), lineEnd];
    endLine(out);
    onCut();
    if (place < line.length) pass(out, line.subarray(place));
  }
}

/** UTF-16 code units so far, and the bytes that are still missing of the last character. */
interface Count {
  readonly units: number;
  readonly missing: number;
}

function countUnits(pieces: readonly Buffer[]): Count {
  return pieces.reduce((before, piece) => piece.reduce(countByte, before), { units: 0, missing: 0 });
}

/**
 * UTF-8: the first byte of a character counts. A character of four bytes is two code units; its second byte counts, too.
 * A byte outside of any character counts as one, because it is displayed as one. So there are never more units than
 * bytes, whatever the bytes are.
 */
function countByte({ units, missing }: Count, byte: number): Count {
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

/** Where the last character begins, complete or not. */
function lastCharacter(line: Buffer): number {
  return line.findLastIndex((byte) => !isContinuation(byte));
}

/** An escape sequence without its end: CSI, one with intermediate bytes, or a string such as an OSC link. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unfinished = /(?:\x1B(?:\[[0-?]*[ -/]*|[ -/]*|[\]PX^_k][^\x07\x18\x1A\x1B]*\x1B?)|\xC2\x9B[0-?]*[ -/]*)$/;

/** Where to cut a line: before an unfinished escape sequence, unless it begins the line. */
function beforeEscape(line: Buffer): number {
  const from = Math.max(0, line.length - ESCAPE_MAX);
  const found = unfinished.exec(line.toString('latin1', from));
  return found === null || from + found.index === 0 ? line.length : from + found.index;
}
