import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/model/show.js';

const words = ['name', 'script', 'stripANSI', 'restartAt', 'restartOk', 'cwd'];

describe('nearest', () => {
  it.each([
    ['name', 'name'],
    ['nmae', 'name'],
    ['names', 'name'],
    ['STRIPansi', 'stripANSI'],
    ['restart', 'restartAt'],
    ['restartOK', 'restartOk'],
    ['retsrtAt', 'restartAt'],
    ['scrip', 'script'],
    ['cw', 'cwd'],
  ])('%s is %s', (word, expected) => {
    expect(nearest(word, words)).toBe(expected);
  });

  it.each(['', 'port', 'autorestart', 'x'.repeat(30), 'é'.repeat(10)])('%j is like none', (word) => {
    expect(nearest(word, words)).toBeUndefined();
  });

  it('has nothing to choose from', () => {
    expect(nearest('name', [])).toBeUndefined();
  });

  it('takes the first of those equally near', () => {
    expect(nearest('ac', ['ab', 'ad'])).toBe('ab');
  });

  it('finds a word in spite of one slip', () => {
    const slip = fc.tuple(fc.constantFrom(...words), fc.nat(), fc.constantFrom('', 'q', 'qx'));
    fc.assert(
      fc.property(slip, ([word, place, put]) => {
        const at = place % word.length;
        const slipped = word.slice(0, at) + put + word.slice(at + 1);
        expect(nearest(slipped, words)).toBeDefined();
        if (word.length > 4 && !word.startsWith('restart')) expect(nearest(slipped, words)).toBe(word);
      }),
    );
  });
});
