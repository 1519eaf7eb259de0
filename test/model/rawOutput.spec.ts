import { describe, expect, it } from 'vitest';
import type { Output } from '../../src/index.js';
import { chunksOf, decodeChunks, rawOutput, withAttempt } from '../../src/model/rawOutput.js';

const bytes = Buffer.from('é€😀\n');
const chunks = [bytes.subarray(0, 1), bytes.subarray(1, 4), bytes.subarray(4)];
const about: Omit<Output, 'text'> = { type: 'output', stream: 'stdout', attempt: 1 };

describe('rawOutput', () => {
  it('is an ordinary event to all who look at it', () => {
    const event = rawOutput(chunks, about);
    expect(event.text).toBe('é€😀\n');
    expect(JSON.parse(JSON.stringify(event))).toEqual({ ...about, text: 'é€😀\n' });
    expect({ ...event }).toEqual({ ...about, text: 'é€😀\n' });
  });

  it('bears its bytes; a copy, which may be another text, does not', () => {
    expect(chunksOf(rawOutput(chunks, about))).toBe(chunks);
    expect(chunksOf(rawOutput(chunks, about, 'known\n'))).toBe(chunks);
    expect(rawOutput(chunks, about, 'known\n').text).toBe('known\n');
    expect(chunksOf({ ...rawOutput(chunks, about) })).toBeUndefined();
  });

  it('has one shape for all, lest each keep its bytes alive', () => {
    const getter = (event: Output): unknown => Object.getOwnPropertyDescriptor(event, 'text')?.get;
    expect(getter(rawOutput(chunks, about))).toBe(getter(rawOutput([], about)));
    expect(Reflect.get(rawOutput([], about), 'text', { ...about, text: '' })).toBe('');
  });

  it('decodeChunks keeps a byte order mark, and shows half a character as such', () => {
    expect(decodeChunks([Buffer.from('\uFEFFa')])).toBe('\uFEFFa');
    expect(decodeChunks([Buffer.from([0x61, 0xf0])])).toBe('a\uFFFD');
  });
});

describe('withAttempt', () => {
  it('gives the same event for the same run', () => {
    const event = rawOutput(chunks, about);
    expect(withAttempt(event, 1)).toBe(event);
  });

  it('keeps raw output raw, and what is known of it', () => {
    const lazy = withAttempt(rawOutput(chunks, about), 2);
    const known = withAttempt(rawOutput(chunks, { ...about, name: 'a', cut: 3 }, 'x\n'), 2);
    expect([lazy, known]).toEqual([
      { ...about, text: 'é€😀\n', attempt: 2 },
      { ...about, name: 'a', cut: 3, text: 'x\n', attempt: 2 },
    ]);
    for (const event of [lazy, known]) expect(event.type === 'output' && chunksOf(event)).toBe(chunks);
  });

  it('numbers any other event', () => {
    expect(withAttempt({ type: 'ready', attempt: 1 }, 2)).toEqual({ type: 'ready', attempt: 2 });
    expect(withAttempt({ ...about, text: 'a\n' }, 2)).toEqual({ ...about, text: 'a\n', attempt: 2 });
  });
});
