import { describe, expect, it } from 'vitest';
import { paintIn } from '../../src/cli/paintIn.js';

describe('paintIn', () => {
  it('colours a text', () => {
    expect(paintIn(true)('red', 'text')).toBe('\u001B[31mtext\u001B[39m');
  });

  it('leaves a text alone without colours, without a colour, and when it is empty', () => {
    expect(paintIn(false)('red', 'text')).toBe('text');
    expect(paintIn(true)(undefined, 'text')).toBe('text');
    expect(paintIn(true)('red', '')).toBe('');
  });
});
