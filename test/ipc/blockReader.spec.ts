import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BlockFormat, blockReader } from '../../src/ipc/blockReader.js';

/** A head of decimal digits, ended by a colon: `3:abc`. */
const digits: BlockFormat = {
  headEnd: (bytes, at) => bytes.indexOf(':', at) + 1 || -1,
  bodyLength: (bytes, at, end) => {
    const length = Number(bytes.toString('latin1', at, end - 1));
    if (!(length <= 1_000)) throw new Error(`${String(length)} is too long`);
    return length;
  },
};

interface Block {
  readonly text: string;
  readonly isOwn: boolean;
  readonly head: string;
}

function reader(): { readonly blocks: Block[]; readonly read: (text: string) => void } {
  const blocks: Block[] = [];
  const read = blockReader(digits, (body, isOwn, head, at) =>
    blocks.push({ text: body.toString(), isOwn, head: head.toString('latin1', at, digits.headEnd(head, at)) }),
  );
  return { blocks, read: (text) => read(Buffer.from(text)) };
}

describe('blockReader', () => {
  it('finds each block with its head, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 30 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 80 }),
        (texts, cuts) => {
          const { blocks, read } = reader();
          let rest = texts.map((text) => `${String(text.length)}:${text}`).join('');
          for (const cut of cuts) {
            read(rest.slice(0, cut));
            rest = rest.slice(cut);
          }
          read(rest);
          expect(blocks.map(({ text, head }) => [text, head])).toEqual(
            texts.map((text) => [text, `${String(text.length)}:`]),
          );
        },
      ),
    );
  });

  it('says whose the memory is: a block that came in one chunk shares it, a block in pieces has its own', () => {
    const { blocks, read } = reader();
    for (const chunk of ['1:a3:b', 'cd1:', 'e2', ':fg0:']) read(chunk);
    expect(blocks.map(({ text, isOwn }) => [text, isOwn])).toEqual([
      ['a', false],
      ['bcd', true],
      ['e', true],
      ['fg', false],
      ['', false],
    ]);
  });

  it('refuses a body by its head, before it keeps any of it', () => {
    const { blocks, read } = reader();
    expect(() => read('1:a1001:')).toThrow('1001 is too long');
    expect(blocks.map(({ text }) => text)).toEqual(['a']);
  });
});
