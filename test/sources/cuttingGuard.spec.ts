import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { cuttingGuard } from '../../src/sources/cuttingGuard.js';

async function cut(max: number, chunks: readonly (string | Buffer)[]): Promise<{ text: string; cuts: number }> {
  let cuts = 0;
  const guard = cuttingGuard(max, () => (cuts += 1));
  for (const chunk of chunks) guard.write(chunk);
  guard.end();
  return { text: await text(guard), cuts };
}

describe('cuttingGuard', () => {
  it.each<[what: string, max: number, chunks: readonly string[], expected: string, cuts: number]>([
    ['what fits', 3, ['abc\nab\n'], 'abc\nab\n', 0],
    ['what fits exactly, its line end in the next chunk', 3, ['abc', '\n'], 'abc\n', 0],
    ['one character too many', 3, ['abcd\n'], 'abc\nd\n', 1],
    ['one too many, in the next chunk', 3, ['abc', 'd\n'], 'abc\nd\n', 1],
    ['a line of many lengths', 3, ['abcabcabcab'], 'abc\nabc\nabc\nab', 3],
    ['short lines before a long one', 3, ['a\nb\nabcd'], 'a\nb\nabc\nd', 1],
    ['a pair at the edge', 3, ['ab𝄞c'], 'ab\n𝄞c', 1],
    ['a pair at the edge of a chunk', 3, ['ab', '𝄞c'], 'ab\n𝄞c', 1],
    ['pairs alone', 2, ['𝄞𝄞𝄞'], '𝄞\n𝄞\n𝄞', 2],
    ['nothing', 3, [''], '', 0],
  ])('%s', async (_what, max, chunks, expected, cuts) => {
    expect(await cut(max, chunks)).toEqual({ text: expected, cuts });
  });

  it('counts characters, not bytes, over chunks that part them', async () => {
    const bytes = [...Buffer.from('कककक')].map((byte) => Buffer.of(byte));
    expect(await cut(3, bytes)).toEqual({ text: 'ककक\nक', cuts: 1 });
  });
});
