import { describe, expect, it } from 'vitest';
import { labelOf } from '../../../src/cli/format/paint.js';

describe('labelOf', () => {
  it('is the name, or the id of a service without one', () => {
    expect(labelOf({ name: 'api', id: 3 }).text).toBe('api');
    expect(labelOf({ id: 3 }).text).toBe('#3');
  });

  it('escapes what would garble a screen, or deceive who reads it', () => {
    expect(labelOf({ name: '\u001B[31mred\nname\u202Egpj', id: 1 }).text).toBe('\\u001b[31mred\\u000aname\\u202egpj');
  });

  it('has one colour for one id, and others beside it', () => {
    const colours = [1, 2, 3, 4, 5].map((id) => labelOf({ id }).colour);
    expect(new Set(colours).size).toBe(5);
    expect(labelOf({ id: 6 }).colour).toBe(colours[0]);
  });
});
