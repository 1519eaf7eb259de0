import { describe, expect, it } from 'vitest';
import { widthOf } from '../../../src/cli/table/table.js';

describe('widthOf', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['\u001B[31mred\u001B[39m', 3],
    ['日本', 4],
    ['👍', 2],
    ['👨‍👩‍👧', 2],
    ['e\u0301', 1],
    ['한글', 4],
  ])('%j takes %d columns', (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });
});
