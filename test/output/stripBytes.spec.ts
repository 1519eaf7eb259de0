import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripBlock } from '../../src/operators/stripAnsi.js';
import { stripBytes } from '../../src/output/logBytes.js';

const parts = fc.constantFrom(
  ...[
    'a',
    'é',
    '°',
    '€',
    '😀',
    '\n',
    '\r\n',
    '\u001B',
    '\u001B[',
    '\u001B[31m',
    '\u001B[38;5;1m',
    '\u001B[?25l',
    '\u001B(B',
  ],
  ...[
    '\u001B7',
    '\u001BM',
    '\u001Bn',
    '\u001B]0;t\u0007',
    '\u001B]8;;x\u001B\\',
    '\u001BPq',
    '\u009B1m',
    '\u009C',
    '[',
    ';',
    '3',
    'm',
    'Z',
  ],
);

describe('stripBytes', () => {
  it('does to bytes what stripBlock does to text', () => {
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 25 }), (pieces) => {
        const text = pieces.join('');
        expect(stripBytes(Buffer.from(text)).toString()).toBe(stripBlock(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('passes a block without sequences on as it is', () => {
    const block = Buffer.from('plain\n');
    expect(stripBytes(block)).toBe(block);
  });

  it('an unterminated string takes nothing with it beyond its line', () => {
    expect(stripBytes(Buffer.from('\u001B]0;no end\nnext\u0007\n')).toString()).toBe('\u001B]0;no end\nnext\u0007\n');
  });
});
