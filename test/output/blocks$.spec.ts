import { Readable } from 'node:stream';
import fc from 'fast-check';
import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { stripBlock } from '../../src/operators/stripAnsi.js';
import { stripBytes } from '../../src/output/logBytes.js';
import { blocks$ } from '../../src/output/blocks$.js';
import { textBlocks$ } from '../../src/output/textBlocks$.js';

/** What output is made of: text, line ends of all kinds, sequences whole and torn, and bytes that are no UTF-8. */
const whole = fc
  .constantFrom(
    ...['a', 'bc', ' ', 'ä', '€', '𝄞', '\uFEFF', '\0', '\n', '\r\n', '\r', '\n\n'],
    ...['\u001B[31m', '\u001B[38;5;208m', '\u001B[', '\u001B', '\u001B(B', '\u009B1m', '\u009C'],
    ...['\u001B]8;;http://x\u0007', '\u001B]0;t\u001B\\', '\u001BPq', '\u001B_'],
  )
  .map((text) => Buffer.from(text));
const alien = fc.constantFrom([0xff], [0xf8], [0x80], [0x9b], [0xed, 0xa0, 0x80]).map((bytes) => Buffer.from(bytes));
const torn = fc.constantFrom([0xc2], [0xc3], [0xe2, 0x82], [0xf0], [0xf0, 0x9d]).map((bytes) => Buffer.from(bytes));
const joined = (...parts: fc.Arbitrary<Buffer>[]): fc.Arbitrary<Buffer> =>
  fc.array(fc.oneof(...parts), { maxLength: 40 }).map((parts) => Buffer.concat(parts));
const input = joined(whole, alien, torn);
const places = fc.array(fc.nat({ max: 80 }), { maxLength: 12 });

function chunksOf(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set([...places.filter((at) => at > 0 && at < bytes.length), bytes.length])].sort(
    (a, b) => a - b,
  );
  // Copies: what is read into one buffer again and again must not shine through.
  return ends
    .map((end, index) => Buffer.from(bytes.subarray(ends[index - 1] ?? 0, end)))
    .filter(({ length }) => length > 0);
}

async function read(bytes: Buffer, places: readonly number[], maxLineLength: number) {
  const source = (): Readable => Readable.from(chunksOf(bytes, places), { objectMode: false });
  const raw = await lastValueFrom(blocks$(source(), { maxLineLength }).pipe(toArray()));
  const text = await lastValueFrom(textBlocks$(source(), { maxLineLength }).pipe(toArray()));
  return {
    raw: raw.map(({ data, cut }) => ({ bytes: Buffer.concat(data), cut })),
    text: text.map(({ text, chunks, cut }) => ({ text, bytes: Buffer.concat(chunks), cut })),
  };
}

describe('output, raw and as text, however it comes in chunks', () => {
  it('is the same lines, all of them, and nothing but a last line end added', async () => {
    await fc.assert(
      fc.asyncProperty(input, places, async (bytes, places) => {
        const { raw, text } = await read(bytes, places, 65_536);
        const ends = bytes.length === 0 || bytes.at(-1) === 0x0a;
        const ended = ends ? bytes : Buffer.concat([bytes, Buffer.from('\n')]);
        expect(Buffer.concat(raw.map(({ bytes }) => bytes))).toEqual(ended);
        expect(Buffer.concat(text.map(({ bytes }) => bytes))).toEqual(ended);
        expect(text.map(({ text }) => text).join('')).toBe(ended.toString());
        for (const block of [...raw, ...text]) expect(block.bytes.at(-1)).toBe(0x0a);
        for (const block of text) expect(block.text).toBe(block.bytes.toString());
      }),
      { numRuns: 300 },
    );
  });

  it('parts no character where big pieces meet', async () => {
    // Big enough not to be joined as bytes; the first chunk ends within the one line, at each place of its characters.
    const line = Buffer.from(`${'x'.repeat(5_000)}ä€𝄞${'y'.repeat(5_000)}\n`);
    const alien = Buffer.concat([line.subarray(0, 5_003), line.subarray(5_004)]);
    for (const bytes of [line, alien]) {
      for (let at = 5_000; at <= 5_010; at += 1) {
        const { text } = await read(bytes, [at], 65_536);
        expect(text.map(({ text }) => text)).toEqual([bytes.toString()]);
        expect(text[0]?.bytes.equals(bytes)).toBe(true);
      }
    }
  });

  it('is cut at the same places where lines are too long, and as often', async () => {
    await fc.assert(
      fc.asyncProperty(input, places, places, fc.integer({ min: 2, max: 12 }), async (bytes, here, there, max) => {
        const { raw } = await read(bytes, here, max);
        const { text } = await read(bytes, there, max);
        const cuts = (blocks: readonly { readonly cut: number }[]): number =>
          blocks.reduce((sum, { cut }) => sum + cut, 0);
        expect(text.map(({ text }) => text).join('')).toBe(Buffer.concat(raw.map(({ bytes }) => bytes)).toString());
        expect(cuts(text)).toBe(cuts(raw));
        const added = Buffer.concat(raw.map(({ bytes }) => bytes)).length - bytes.length;
        expect([cuts(raw), cuts(raw) + 1]).toContain(added);
      }),
      { numRuns: 300 },
    );
  });

  it('stripped is the same text, whether as bytes or as text, in blocks or as a whole', async () => {
    await fc.assert(
      // Not with torn characters: taking a sequence out between two halves makes a whole one of them.
      fc.asyncProperty(joined(whole, alien), places, async (bytes, places) => {
        const { raw, text } = await read(bytes, places, 65_536);
        const stripped = stripBlock(text.map(({ text }) => text).join(''));
        expect(text.map(({ text }) => stripBlock(text)).join('')).toBe(stripped);
        expect(Buffer.concat(raw.map(({ bytes }) => stripBytes(bytes))).toString()).toBe(stripped);
      }),
      { numRuns: 500 },
    );
  });
});
