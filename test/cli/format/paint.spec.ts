import { describe, expect, it } from 'vitest';
import { painter } from '../../../src/cli/format/paint.js';

describe('paintIn', () => {
  it('colours a text', () => {
    expect(painter(true)('red', 'text')).toBe('\u001B[31mtext\u001B[39m');
  });

  it('leaves a text alone without colours, without a colour, and when it is empty', () => {
    expect(painter(false)('red', 'text')).toBe('text');
    expect(painter(true)(undefined, 'text')).toBe('text');
    expect(painter(true)('red', '')).toBe('');
  });
});
