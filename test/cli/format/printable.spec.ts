import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable } from '../../../src/cli/format/eventText.js';

describe('printable', () => {
  it.each([
    ['plain', 'plain', 'plain'],
    ['tabs', 'a\tb', 'a\tb'],
    ['an empty line', '', ''],
    ['a colour, which ends with the line', '\u001B[31mred', '\u001B[31mred\u001B[0m'],
    ['no clearing of the screen', 'a\u001B[2Jb\u001B[Hc', 'abc'],
    ['no title', '\u001B]0;title\u0007text', 'text'],
    ['no bell, NUL or C1 control', 'a\u0007b\u0000c\u0085d', 'abcd'],
    ['nothing that turns the direction of what follows', 'a\u202Eb\u2066c\u061C', 'abc'],
    ['the last version of a progress line', '10%\r20%\r100%', '100%'],
    ['no CR of a CRLF', 'text\r', 'text'],
  ])('%s', (_, line, expected) => {
    expect(printable(line)).toBe(expected);
  });

  it('leaves no control character but tabs and those of colours', () => {
    const pieces = fc.constantFrom(
      'a',
      '\u001B',
      '[',
      ']',
      '3',
      '1',
      'm',
      'J',
      ';',
      '\u0007',
      '\u009B',
      '\t',
      '\r',
      '名',
    );
    fc.assert(
      fc.property(
        fc.array(pieces).map((list) => list.join('')),
        (line) => {
          // eslint-disable-next-line no-control-regex -- control characters are what is looked for
          expect(printable(line).replace(/\u001B\[[\d;:]*m/g, '')).not.toMatch(/(?!\t)\p{Cc}/u);
        },
      ),
    );
  });
});
