import { PassThrough, Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { BehaviorSubject, firstValueFrom, lastValueFrom, tap, throwError, toArray } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { type LineBlock, lines$, type LinesOptions } from '../../src/index.js';

/** What comes out when the bytes are written in pieces cut at these places. */
async function through(bytes: Buffer, cuts: readonly number[], options?: LinesOptions): Promise<LineBlock[]> {
  const source = new PassThrough();
  const blocks = lastValueFrom(lines$(source, options).pipe(toArray()));
  const places = [...new Set([0, ...cuts.filter((at) => at < bytes.length), bytes.length])].sort((a, b) => a - b);
  for (const [index, at] of places.entries()) source.write(bytes.subarray(at, places[index + 1]));
  source.end();
  return blocks;
}

const textOf = (blocks: readonly LineBlock[]): string => blocks.map(({ text }) => text).join('');
const wholeLines = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

/** Texts of what gives line readers trouble. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\r\n', '\r', '\0', '\n\n', 'a', 'ä', 'क', '𝄞', '😀', '\u001B[31m', '\u001B]0;t\u0007'),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

describe('lines$', () => {
  it('emits the same lines wherever the bytes are split', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.nat({ max: 200 }), { maxLength: 20 }), async (text, cuts) => {
        const blocks = await through(Buffer.from(text), cuts);
        expect(textOf(blocks)).toBe(wholeLines(text));
        for (const block of blocks) expect(block).toEqual({ text: expect.stringMatching(/\n$/) as string, cut: 0 });
      }),
      { numRuns: 300 },
    );
  });

  it('emits the same lines when every byte is a chunk', async () => {
    const text = 'aä क𝄞\u001B[31mred\u001B[39m\r\nb\rc\0\n😀';
    const bytes = Buffer.from(text);
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(textOf(await through(bytes, [at]))).toBe(`${text}\n`);
    }
    expect(textOf(await through(bytes, [...bytes.keys()]))).toBe(`${text}\n`);
  });

  it('cuts overlong lines without loss and between characters, and counts the cuts', async () => {
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.array(fc.nat({ max: 200 }), { maxLength: 20 }),
        fc.integer({ min: 2, max: 12 }),
        async (text, cuts, maxLineLength) => {
          const blocks = await through(Buffer.from(text), cuts, { maxLineLength });
          const lines = textOf(blocks).split('\n');
          for (const line of lines) {
            expect(line.length).toBeLessThanOrEqual(maxLineLength);
            expect(line).not.toMatch(/\p{Surrogate}/u);
          }
          expect(lines.join('')).toBe(text.replaceAll('\n', ''));
          const cut = blocks.reduce((sum, block) => sum + block.cut, 0);
          expect(lines).toHaveLength(wholeLines(text).split('\n').length + cut);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('emits a block for each chunk that ends a line, and nothing for other chunks', async () => {
    const source = new PassThrough();
    const blocks: string[] = [];
    lines$(source).subscribe(({ text }) => blocks.push(text));
    for (const [chunk, expected] of [
      ['a', []],
      ['b\nc\nd', ['ab\nc\n']],
      ['\n', ['ab\nc\n', 'd\n']],
    ] as const) {
      source.write(chunk);
      await vi.waitFor(() => {
        expect(blocks).toEqual(expected);
      });
    }
    source.destroy();
  });

  it('is empty for an empty stream', async () => {
    expect(await through(Buffer.alloc(0), [])).toEqual([]);
  });

  it('replaces half a character at the end by the replacement character', async () => {
    expect(textOf(await through(Buffer.from([0x61, 0xf0, 0x9d]), []))).toBe('a\uFFFD\n');
  });

  it.each(['destroy', 'fail'])('emits the rest and completes when the pipe is %sed', async (how) => {
    const source = new PassThrough();
    const blocks = lastValueFrom(lines$(source).pipe(toArray()));
    source.write('one\ntwo');
    await vi.waitFor(() => {
      expect(source.readableLength).toBe(0);
    });
    source.destroy(how === 'fail' ? new Error('EPIPE') : undefined);
    expect(textOf(await blocks)).toBe('one\ntwo\n');
  });

  it('stops reading while it is paused, and buffers little', async () => {
    const pause$ = new BehaviorSubject(true);
    const line = `${'x'.repeat(65_535)}\n`;
    let read = 0;
    const source = new Readable({
      read: () => {
        read += 1;
        source.push(read > 100 ? null : line);
      },
    });
    const blocks: string[] = [];
    const ended = lastValueFrom(lines$(source, { pause$ }).pipe(tap(({ text }) => blocks.push(text))));
    const looks = async (): Promise<void> => {
      for (let turn = 0; turn < 100; turn += 1) await setImmediate();
    };
    await looks();
    expect(blocks).toEqual([]);
    expect(read).toBeLessThan(16);
    pause$.next(false);
    await vi.waitFor(() => {
      expect(blocks).not.toEqual([]);
      pause$.next(true);
    });
    const soFar = blocks.length;
    await looks();
    expect(blocks).toHaveLength(soFar);
    expect(read).toBeLessThan(2 * soFar + 16);
    pause$.next(false);
    await ended;
    expect(blocks.join('') === line.repeat(100)).toBe(true);
  });

  it('passes on an error of pause$', async () => {
    const source = new PassThrough();
    const failure = new Error('pausing failed');
    await expect(firstValueFrom(lines$(source, { pause$: throwError(() => failure) }))).rejects.toBe(failure);
    expect(source.listenerCount('close')).toBe(0);
  });

  it('releases the stream after unsubscription, and ignores its later errors', () => {
    const source = new PassThrough();
    const before = source.listenerCount('close');
    const pause$ = new BehaviorSubject(false);
    const subscription = lines$(source, { pause$ }).subscribe();
    subscription.unsubscribe();
    expect(pause$.observed).toBe(false);
    expect(source.listenerCount('close')).toBe(before);
    expect(source.listenerCount('data')).toBe(0);
    expect(() => source.emit('error', new Error('too late'))).not.toThrow();
  });
});
