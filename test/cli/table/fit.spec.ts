import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fit, widthOf } from '../../../src/cli/table/table.js';

describe('fit', () => {
  it.each([
    ['abc', 5, 'abc  '],
    ['abc', 3, 'abc'],
    ['abc', 2, 'a…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
    ['', 2, '  '],
    ['日本語', 6, '日本語'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日… '],
  ])('%j in %d columns is %j', (text, width, expected) => {
    expect(fit(text, width)).toBe(expected);
  });

  it('is as wide as it was asked to be, whatever the text', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '日', '👍', 'e\u0301', '👨‍👩‍👧') });
    fc.assert(
      fc.property(text, fc.nat(20), (text, width) => {
        expect(widthOf(fit(text, width))).toBe(width);
      }),
    );
  });
});
