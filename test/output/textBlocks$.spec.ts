import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { Subject, VirtualTimeScheduler } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { atLastLineEnd, type TextBlock, textBlocks$ } from '../../src/output/textBlocks$.js';
import { naiveLines } from './naiveLines.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A reader of chunks that come one after the other, each after the time that bytes are gathered. */
function reader({ maxLineLength = 65_536, onBlock = (): void => undefined } = {}) {
  const source = new PassThrough();
  const scheduler = new VirtualTimeScheduler();
  const drain$ = new Subject<void>();
  const blocks: TextBlock[] = [];
  let completed = false;
  textBlocks$(source, { maxLineLength, drain$ }, scheduler).subscribe({
    next: (block) => {
      blocks.push(block);
      onBlock();
    },
    complete: () => {
      completed = true;
    },
  });
  const push = (chunk: string | Buffer): void => {
    source.emit('data', Buffer.from(chunk));
    scheduler.flush();
  };
  const end = async (): Promise<void> => {
    source.emit('close');
    while (!completed) await setImmediate();
  };
  return { blocks, push, end, drain: () => drain$.next(), texts: () => blocks.map(({ text }) => text) };
}

/** Texts with lines near the lengths at which they are cut, and characters of one to four bytes. */
const text = fc
  .array(fc.constantFrom('\n', '\r\n', '\0', 'a', 'bc', 'ä', 'क', '𝄞', ' '.repeat(5), 'x'.repeat(130)), {
    maxLength: 40,
  })
  .map((parts) => parts.join(''));
const max = fc.oneof(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 255, max: 270 }), fc.constant(65_536));
const places = fc.array(fc.nat({ max: 400 }), { maxLength: 20 });

function chunksOf(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set([0, ...places.filter((at) => at < bytes.length), bytes.length])].sort((a, b) => a - b);
  return ends.slice(1).map((end, index) => bytes.subarray(ends[index], end));
}

describe('textBlocks$', () => {
  it('gives what splitting the whole text gives, however the bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(text, max, places, async (text, maxLineLength, places) => {
        const { blocks, push, end, texts } = reader({ maxLineLength });
        for (const chunk of chunksOf(Buffer.from(text), places)) push(chunk);
        await end();
        expect(texts().join('')).toBe(naiveLines(text, maxLineLength));
        for (const { text, chunks } of blocks) {
          expect(text).toMatch(/\n$/);
          expect(Buffer.concat(chunks).toString()).toBe(text);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('ends a block at the last line end of a chunk; the next block begins with the rest', async () => {
    const { push, end, texts } = reader();
    for (const chunk of ['a', 'b\nc\nd', 'e', '\n\nf\ng', '\n', 'h']) push(chunk);
    await end();
    expect(texts()).toEqual(['ab\nc\n', 'de\n\nf\n', 'g\n', 'h\n']);
  });

  it('counts a cut in the block that has it', async () => {
    const { blocks, push, end } = reader({ maxLineLength: 3 });
    for (const chunk of ['a\n', 'abcd', 'efgh\n', 'b\n']) push(chunk);
    await end();
    expect(blocks.map(({ text, cut }) => [text, cut])).toEqual([
      ['a\n', 0],
      ['abc\n', 1],
      ['def\ngh\n', 1],
      ['b\n', 0],
    ]);
  });

  it('is searched for line ends in linear time, however small its chunks are', async () => {
    const search = vi.spyOn(atLastLineEnd, Symbol.split);
    const { push, end, texts } = reader();
    const line = 'x'.repeat(20_000);
    push('begin\nxx');
    for (const character of line) push(character);
    push('\nnext');
    await end();
    expect(texts()).toEqual(['begin\n', `xx${line}\n`, 'next\n']);
    const searched = search.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
    expect(searched).toBeLessThanOrEqual(2 * texts().join('').length);
  });

  it('passes on all that has come when it is drained, at once, in order and once', async () => {
    let onBlock = (): void => undefined;
    const { push, end, texts, drain } = reader({ onBlock: () => onBlock() });
    push('first\nop');
    push('en\n');
    await setImmediate();
    onBlock = () => {
      onBlock = () => undefined;
      // split2 does not emit a block while it emits another one.
      push('third\nrest');
      drain();
      expect(texts()).toEqual(['first\n', 'open\n', 'second\n', 'third\n', 'rest\n']);
      push('fourth\n');
    };
    push('second\n');
    await end();
    expect(texts()).toEqual(['first\n', 'open\n', 'second\n', 'third\n', 'rest\n', 'fourth\n']);
  });
});
