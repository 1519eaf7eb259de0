import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countLines, writeQueue } from '../../../src/sinks/logFile/writeQueue.js';

describe('writeQueue', () => {
  it('gives what waits, in order, less what has been written; each is settled once it is', () => {
    const queue = writeQueue<string>();
    const settled: string[] = [];
    for (const text of ['ab\n', 'cd\n', 'ef\n']) queue.push('a', [Buffer.from(text)], () => settled.push(text));
    expect(queue.size()).toBe(9);
    queue.advance(4);
    expect(settled).toEqual(['ab\n']);
    expect(Buffer.concat(queue.chunks()).toString()).toBe('d\nef\n');
    queue.advance(5);
    expect(settled).toEqual(['ab\n', 'cd\n', 'ef\n']);
    expect([queue.size(), queue.chunks().length, queue.holds('a')]).toEqual([0, 0, false]);
  });

  it('settles what is in it at once when nobody is to wait, and not again', () => {
    const queue = writeQueue<string>();
    let settled = 0;
    queue.push('a', [Buffer.from('a\n')], () => (settled += 1));
    queue.push('a', [Buffer.from('b\n')], undefined);
    queue.settle();
    queue.settle();
    queue.advance(4);
    expect(settled).toBe(1);
  });

  it('drops what is one owner’s, and ends a line of its that was half written', () => {
    const queue = writeQueue<string>();
    queue.push('a', [Buffer.from('one\ntwo\n')], undefined);
    queue.push('b', [Buffer.from('other\n')], undefined);
    queue.push('a', [Buffer.from('three\n')], undefined);
    queue.advance(5);
    expect(queue.drop('a')).toBe(2);
    expect(Buffer.concat(queue.chunks()).toString()).toBe('\nother\n');
    expect(queue.size()).toBe(7);
    expect([queue.holds('a'), queue.holds('b')]).toEqual([false, true]);
  });

  it('keeps the rest of another owner’s half written line', () => {
    const queue = writeQueue<string>();
    queue.push('b', [Buffer.from('other\n')], undefined);
    queue.push('a', [Buffer.from('one\n')], undefined);
    queue.advance(2);
    expect(queue.drop('a')).toBe(1);
    expect(Buffer.concat(queue.chunks()).toString()).toBe('her\n');
    expect(queue.size()).toBe(4);
    queue.advance(4);
    expect(queue.size()).toBe(0);
  });

  it('of one owner alone is empty after a drop', () => {
    const queue = writeQueue<string>();
    queue.push('a', [Buffer.from('one\n')], undefined);
    queue.advance(1);
    expect(queue.drop('a')).toBe(1);
    expect([queue.size(), queue.chunks().length]).toEqual([0, 0]);
    expect(queue.drop('a')).toBe(0);
  });

  it('writes all there is, in order, however short the writes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), fc.array(fc.integer({ min: 1, max: 9 })), (texts, steps) => {
        const queue = writeQueue<number>();
        let written = '';
        let settled = 0;
        for (const text of texts) queue.push(0, [Buffer.from(text, 'latin1')], () => (settled += 1));
        for (let turn = 0; queue.size() > 0; turn += 1) {
          const count = Math.min(steps[turn % steps.length] ?? 1, queue.size());
          written += Buffer.concat(queue.chunks()).subarray(0, count).toString('latin1');
          queue.advance(count);
        }
        expect(written).toBe(
          texts
            .join('')
            .split('')
            .map((char) => Buffer.from(char, 'latin1').toString('latin1'))
            .join(''),
        );
        expect(settled).toBe(texts.length);
      }),
    );
  });
});

it('countLines counts line ends', () => {
  expect(countLines([Buffer.from('a\n'), Buffer.from('\nb')])).toBe(2);
});
