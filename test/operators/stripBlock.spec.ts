import fc from 'fast-check';
import strip from 'strip-ansi';
import { describe, expect, it } from 'vitest';
import { stripBlock } from '../../src/operators/stripAnsi.js';

const lineByLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => strip(line))
    .join('\n');

/** What opens a string that runs up to a terminator, in 7 bits and in 8. */
const introducers = {
  OSC: '\u001B]',
  DCS: '\u001BP',
  SOS: '\u001BX',
  PM: '\u001B^',
  APC: '\u001B_',
  'ESC k': '\u001Bk',
  'C1 OSC': '\u009D',
  'C1 DCS': '\u0090',
  'C1 SOS': '\u0098',
  'C1 PM': '\u009E',
  'C1 APC': '\u009F',
};
const terminators = { BEL: '\u0007', ST: '\u001B\\', 'C1 ST': '\u009C' };

describe('stripBlock', () => {
  it.each([
    ['colours', '\u001B[31mred\u001B[39m\n', 'red\n'],
    ['many lines', '\u001B[1ma\u001B[22m\nb\n\u001B[2Kc\n', 'a\nb\nc\n'],
    ['256 and true colours', '\u001B[38;5;196mx\u001B[48;2;1;2;3my\u001B[0m\n', 'xy\n'],
    ['cursor movement', '\u001B[2J\u001B[Hhome\u001B[10A\n', 'home\n'],
    ['a link', '\u001B]8;;https://a.b\u0007text\u001B]8;;\u0007\n', 'text\n'],
    ['a title', '\u001B]0;title\u001B\\text\n', 'text\n'],
    ['C1 CSI', '\u009B31mred\n', 'red\n'],
    ['nothing to strip', 'plain [31m text\n', 'plain [31m text\n'],
    ['nothing', '', ''],
    ['empty lines', '\n\n', '\n\n'],
    ['CRLF and NUL', '\u001B[1ma\r\n\0b\r\n', 'a\r\n\0b\r\n'],
  ])('%s', (_name, text, expected) => {
    expect(stripBlock(text)).toBe(expected);
  });

  it.each(Object.entries(introducers))(
    '%s that is never terminated takes nothing of later lines with it',
    (_name, open) => {
      for (const end of ['', ...Object.values(terminators)]) {
        const later = `second\nthird ${end}fourth\n\u001B[31mfifth\u001B[39m\n`;
        const stripped = stripBlock(`first ${open}0;title\n${later}`);
        expect(stripped.split('\n').slice(1)).toEqual(lineByLine(later).split('\n'));
        expect(stripped).toMatch(/^first /);
        expect(stripped).toContain('second\nthird ');
        expect(stripped).toContain('fourth\nfifth\n');
      }
    },
  );

  it('a block comes out as its lines would, one by one', () => {
    const piece = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('a', 'text ', '[', ';', '31', 'm', '0', '\\', 'é', '😀') },
      { weight: 2, arbitrary: fc.constantFrom('\n', '\r\n', '\r') },
      {
        weight: 2,
        arbitrary: fc.constantFrom('\u001B', '\u001B[31m', '\u001B[', '\u001B[2K', '\u009B1m', '\u001B(', '\u001Bc'),
      },
      { weight: 2, arbitrary: fc.constantFrom(...Object.values(introducers), ...Object.values(terminators)) },
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const block = pieces.join('') + '\n';
        expect(stripBlock(block)).toBe(lineByLine(block));
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps the number of lines', () => {
    const control = fc.nat(0x9f).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.string({ unit: control, maxLength: 60 }), (text) => {
        expect(stripBlock(text).split('\n')).toHaveLength(text.split('\n').length);
      }),
    );
  });
});
