import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineCutter } from '../../src/output/lineCutter.js';
import { naiveLines } from './naiveLines.js';

function cut(max: number, chunks: readonly (string | Buffer)[]): { text: string; cuts: number } {
  let cuts = 0;
  const cutter = lineCutter(max, () => (cuts += 1));
  const pieces = [...chunks.map((chunk) => cutter.push(Buffer.from(chunk))), cutter.end()].flat();
  return { text: Buffer.concat(pieces).toString(), cuts };
}

describe('lineCutter', () => {
  it.each<[what: string, max: number, chunks: readonly string[], expected: string, cuts: number]>([
    ['what fits', 3, ['abc\nab\n'], 'abc\nab\n', 0],
    ['what fits exactly, its line end in the next chunk', 3, ['abc', '\n'], 'abc\n', 0],
    ['one character too many', 3, ['abcd\n'], 'abc\nd\n', 1],
    ['one too many, in the next chunk', 3, ['abc', 'd\n'], 'abc\nd\n', 1],
    ['a line of many lengths', 3, ['abcabcabcab'], 'abc\nabc\nabc\nab\n', 3],
    ['short lines before a long one', 3, ['a\nb\nabcd'], 'a\nb\nabc\nd\n', 1],
    ['a pair at the edge', 3, ['ab𝄞c'], 'ab\n𝄞c\n', 1],
    ['a pair at the edge of a chunk', 3, ['ab', '𝄞c'], 'ab\n𝄞c\n', 1],
    ['pairs alone', 2, ['𝄞𝄞𝄞'], '𝄞\n𝄞\n𝄞\n', 2],
    ['nothing', 3, [''], '', 0],
  ])('%s', (_what, max, chunks, expected, cuts) => {
    expect(cut(max, chunks)).toEqual({ text: expected, cuts });
  });

  it('a long line that comes byte by byte is as good as any other', () => {
    const cutter = lineCutter(1_000_000, () => undefined);
    for (let n = 0; n < 300_000; n += 1) cutter.push(Buffer.of(0x78));
    expect(Buffer.concat(cutter.push(Buffer.from('\n'))).toString()).toBe(`${'x'.repeat(300_000)}\n`);
  });

  it('counts characters, not bytes, over chunks that part them', () => {
    const bytes = [...Buffer.from('कककक')].map((byte) => Buffer.of(byte));
    expect(cut(3, bytes)).toEqual({ text: 'ककक\nक\n', cuts: 1 });
  });

  it.each([
    ['a colour', 'a\u001B[31', 'm!\n'],
    ['an escape with intermediate bytes', 'a\u001B(', 'B\n'],
    ['a lone escape', 'a\u001B', '[0m\n'],
    ['a link', 'ab\u001B]8;;http://x', '/\u0007y\n'],
    ['a link, just before its terminator', 'a\u001B]8;;http://x\u001B', '\\y\n'],
    ['an 8-bit colour', 'ab\u009B3', '1m\n'],
  ])('moves a cut back, not to part %s', (_what, before, after) => {
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    const visible = before.replace(/[\u001B\u009B].*/u, '');
    const { text, cuts } = cut(before.length, [before, after]);
    expect(cuts).toBeGreaterThan(0);
    expect(text.split('\n')[0]).toBe(visible);
    expect(text.replaceAll('\n', '')).toBe((before + after).replace('\n', ''));
  });

  it('parts a sequence all the same that begins the line, or too long before the cut', () => {
    expect(cut(4, ['\u001B[31;1mx\n'])).toEqual({ text: '\u001B[31\n;1mx\n', cuts: 1 });
    const long = `a\u001B]${'t'.repeat(400)}`;
    expect(cut(300, [`${long}\n`])).toEqual({ text: `${long.slice(0, 300)}\n${long.slice(300)}\n`, cuts: 1 });
  });

  it('passes bytes that are no UTF-8 as they are', () => {
    const bytes = Buffer.from([0x61, 0xff, 0x80, 0x0a, 0xc3, 0x0a]);
    expect(Buffer.concat([...lineCutter(8, () => undefined).push(bytes)])).toEqual(bytes);
  });

  it('counts bytes that belong to no character: a flood of them is bounded too', () => {
    const cutter = lineCutter(4, () => undefined);
    const pieces = cutter.push(Buffer.alloc(10, 0x80));
    expect(Buffer.concat([...pieces]).toString('latin1')).toBe('\x80\x80\x80\x80\n\x80\x80\x80\x80\n');
  });

  it('is linear in a line that never ends, however small its pieces and its limit', () => {
    const cutter = lineCutter(2, () => undefined);
    const piece = Buffer.from('x'.repeat(65_536));
    let size = 0;
    for (let turn = 0; turn < 20; turn += 1) for (const { length } of cutter.push(piece)) size += length;
    expect(size).toBeGreaterThan(20 * 65_536);
  });

  it('gives the same as cutting the decoded text would, however the bytes come', () => {
    const text = fc
      .array(fc.constantFrom('\n', '\r\n', 'a', 'bc', 'ä', 'क', '𝄞', '\0', ' '.repeat(5)), { maxLength: 40 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 9 }), fc.array(fc.nat({ max: 60 })), (text, max, places) => {
        const bytes = Buffer.from(text);
        const ends = [...new Set([0, ...places.filter((at) => at < bytes.length), bytes.length])].sort((a, b) => a - b);
        const chunks = ends.slice(1).map((end, index) => bytes.subarray(ends[index], end));
        expect(cut(max, chunks).text).toBe(naiveLines(text, max));
      }),
      { numRuns: 500 },
    );
  });
});
