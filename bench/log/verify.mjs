// Verifies every byte of a log.
import { closeSync, openSync, readSync } from 'node:fs';
import { DIGITS, LINE, lineOf } from './line.mjs';

/** The number of lines that are compared at once. */
const LINES = 10_000;
const LOW = String(LINES).length - 1;
const NEWLINE = 0x0a;

/**
 * Counts the faults in a log of `count` lines.
 *
 * - `lost`: lines that are missing
 * - `disordered`: lines after a line with the same or a higher number
 * - `malformed`: lines that the flood has not written
 * - `tail`: the length of a partial last line; `ended`: whether it ends with a newline
 */
export function verify(path, count) {
  const file = openSync(path, 'r');
  try {
    const whole = readWhole(file, count);
    return whole.bytes === count * LINE && atEnd(file, whole.bytes) ? faults() : readLines(file, whole, count);
  } finally {
    closeSync(file);
  }
}

const atEnd = (file, position) => readSync(file, Buffer.alloc(1), 0, 1, position) === 0;

function faults(more = {}) {
  return { lost: 0, disordered: 0, malformed: 0, tail: 0, ended: false, ...more };
}

/** Compares blocks of lines, up to the first difference. */
function readWhole(file, count) {
  const expected = Buffer.from(Array.from({ length: LINES }, (_, number) => lineOf(number)).join(''));
  const found = Buffer.alloc(expected.length);
  let lines = 0;
  while (lines < count) {
    const size = Math.min(LINES, count - lines) * LINE;
    const high = Buffer.from(String(lines / LINES).padStart(DIGITS - LOW, '0'));
    for (let at = 0; at < size; at += LINE) high.copy(expected, at);
    if (readSync(file, found, 0, size, lines * LINE) < size) break;
    if (expected.compare(found, 0, size, 0, size) !== 0) break;
    lines += size / LINE;
  }
  return { lines, bytes: lines * LINE };
}

/** Reads the rest line by line. */
function readLines(file, whole, count) {
  const filler = Buffer.from(lineOf(0)).subarray(DIGITS);
  const seen = new Uint8Array(count).fill(1, 0, whole.lines);
  const result = faults();
  const found = Buffer.alloc(2 ** 20);
  let highest = whole.lines - 1;
  let rest = Buffer.alloc(0);
  let position = whole.bytes;

  for (;;) {
    const size = readSync(file, found, 0, found.length, position);
    const text = Buffer.concat([rest, found.subarray(0, size)]);
    position += size;
    let from = 0;
    for (let end = text.indexOf(NEWLINE); end !== -1; end = text.indexOf(NEWLINE, from)) {
      take(text.subarray(from, end + 1));
      from = end + 1;
    }
    rest = text.subarray(from);
    if (size === 0) break;
  }
  if (rest.length > 0) take(rest);
  result.lost = count - seen.reduce((sum, one) => sum + one, 0);
  return result;

  function take(line) {
    // The partial line was not the last one.
    if (result.tail > 0) [result.malformed, result.tail, result.ended] = [result.malformed + 1, 0, false];
    const number = Number(line.toString('latin1', 0, DIGITS));
    if (line.length === LINE && number < count && line.subarray(DIGITS).equals(filler)) {
      seen[number] = 1;
      if (number <= highest) result.disordered += 1;
      highest = Math.max(highest, number);
      return;
    }
    const ended = line.at(-1) === NEWLINE;
    const text = line.toString('latin1', 0, ended ? line.length - 1 : line.length);
    if (text !== '' && lineOf(highest + 1).startsWith(text)) Object.assign(result, { tail: text.length, ended });
    else result.malformed += 1;
  }
}
