import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageMeter } from '../../src/process/guardChannel.js';

const LIMIT = 50;

/** Whether bytes, cut anywhere, are let through. */
function passes(serialization: 'json' | 'advanced', bytes: Buffer, cuts: readonly number[]): boolean {
  const measure = messageMeter(serialization, LIMIT);
  // No chunk is longer than a message may be.
  const most = Array.from({ length: Math.ceil(bytes.length / LIMIT) }, (_, index) => index * LIMIT);
  const places = [...most, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  try {
    for (const [index, place] of places.slice(1).entries()) measure(bytes.subarray(places[index], place));
    return true;
  } catch (error) {
    expect(error).toEqual(new Error('a message is larger than 50 bytes. Send less, or use a file.'));
    return false;
  }
}

const lengths = fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 6 });
const cuts = fc.array(fc.nat(), { maxLength: 12 });

describe('messageMeter', () => {
  it('refuses a line that is too long, whole or not, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(lengths, cuts, fc.boolean(), (given, places, ended) => {
        const text = given.map((length) => 'x'.repeat(length)).join('\n') + (ended ? '\n' : '');
        expect(passes('json', Buffer.from(text), places)).toBe(given.every((length) => length <= LIMIT));
      }),
    );
  });

  it('refuses a block that is announced as too long, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(lengths, cuts, (given, places) => {
        const blocks = given.map((length) => Buffer.concat([head(length), Buffer.alloc(length, 255)]));
        expect(passes('advanced', Buffer.concat(blocks), places)).toBe(given.every((length) => length <= LIMIT));
      }),
    );
  });

  it('refuses at once what is announced, also what is negative to Node', () => {
    for (const announced of [LIMIT + 1, 0x8000_0000, 0xffff_fffc]) {
      expect(passes('advanced', head(announced), [])).toBe(false);
    }
  });
});

function head(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
}
