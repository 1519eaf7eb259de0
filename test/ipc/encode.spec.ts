import { describe, expect, it } from 'vitest';
import { encode, sizeOf } from '../../src/ipc/encode.js';
import { encodeWithin } from '../../src/ipc/sentError.js';
import { frameReader } from '../../src/ipc/frameReader.js';
import { frameWriter } from '../../src/ipc/frameWriter.js';
import { carried } from './carried.js';

const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown => {
  let value: unknown = 1;
  for (let n = 0; n < depth; n += 1) value = wrap(value);
  return value;
};

const wraps: Readonly<Record<string, (inner: unknown) => unknown>> = {
  object: (inner) => ({ inner }),
  array: (inner) => [inner],
  map: (inner) => new Map([[1, inner]]),
  key: (inner) => new Map([[inner, 1]]),
  set: (inner) => new Set([inner]),
};

describe.each(Object.keys(wraps))('nesting of one %s in another', (name) => {
  const wrap = wraps[name]!;

  it('carries 1,000 levels, and 900 beside an error', () => {
    expect(carried(encode(nested(1_000, wrap)))).toEqual(nested(1_000, wrap));
    expect(carried(encode({ error: new Error('e'), deep: nested(900, wrap) }))).toMatchObject({
      deep: nested(900, wrap),
    });
  });

  it.each([1_002, 2_000, 100_000])('refuses %i', (depth) => {
    expect(() => encodeWithin(nested(depth, wrap), 2 ** 31, 'payload')).toThrow(
      expect.objectContaining({ code: 'ERR_PAYLOAD' }),
    );
    expect(() => encodeWithin({ error: new Error('e'), deep: nested(depth, wrap) }, 2 ** 31, 'payload')).toThrow(
      expect.objectContaining({ code: 'ERR_PAYLOAD' }),
    );
  });
});

it('looks once at what is there many times, and at what is round', () => {
  // 2^60 ways from the first to the last.
  const shared = nested(60, (inner) => [inner, inner]);
  const [one, other] = carried(encode(shared)) as [unknown, unknown];
  expect(one).toBe(other);
  const tree: { parent?: unknown; children: unknown[] } = { children: [] };
  for (let n = 0; n < 1_000; n += 1) tree.children.push({ parent: tree, n });
  tree.parent = tree;
  const arrived = carried(encode(tree)) as typeof tree;
  expect([arrived.parent, arrived.children.length]).toEqual([arrived, 1_000]);
});

it('takes no longer for an array that is long and empty', () => {
  const sparse: unknown[] = [];
  sparse[4_000_000_000] = { error: new Error('e') };
  const arrived = carried(encode(sparse)) as unknown[];
  expect([arrived.length, Object.keys(arrived)]).toEqual([4_000_000_001, ['4000000000']]);
});

it('says on one line why something cannot be sent', () => {
  const throwing = {
    get it(): never {
      throw new Error('the getter');
    },
  };
  const { port1 } = new MessageChannel();
  for (const value of [() => 1, { deep: [() => 1] }, new WeakMap(), throwing, port1, Promise.resolve()]) {
    expect(() => encodeWithin(value, 2 ** 31, 'payload')).toThrow(
      expect.objectContaining({ code: 'ERR_PAYLOAD', message: expect.not.stringContaining('\n') as string }),
    );
  }
  port1.close();
});

const MIB = 2 ** 20;

it.each([
  ['CJK', '界'],
  ['Latin', 'x'],
  ['emoji', '🙂'],
  ['to be escaped', '\u0001'],
  ['a lone surrogate', '\ud800'],
])('refuses what has more bytes than a frame, and carries what has fewer: %s', (_name, character) => {
  const shapes: ((length: number) => unknown)[] = [
    (length) => character.repeat(length),
    (length) => ({ text: character.repeat(length) }),
    (length) => Array.from({ length: 64 }, () => character.repeat(Math.ceil(length / 64))),
    (length) => ({ [character.repeat(length)]: 1 }),
  ];
  for (const shape of shapes) {
    for (let length = 1_000; length < 2_000_000; length *= 2) {
      const value = shape(length);
      let encoded;
      try {
        encoded = encodeWithin(value, MIB, 'payload');
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_TOO_LARGE' });
        expect(sizeOf(encode(value))).toBeGreaterThan(MIB - 64);
        continue;
      }
      expect(carried(encoded, MIB)).toEqual(value);
    }
  }
});

it('keeps what is gathered in a turn within a frame of the least size', () => {
  const values: unknown[] = [];
  const read = frameReader((_type, _id, value) => values.push(value), MIB);
  const { send, flush } = frameWriter({
    write: (chunks) => {
      for (const chunk of chunks) read(Buffer.from(chunk));
      return true;
    },
    soon: () => undefined,
  });
  const value = Object.fromEntries(
    Array.from({ length: 60 }, (_, n) => ['界'.repeat(127) + String(n), '界'.repeat(127)]),
  );
  for (let n = 0; n < 1_000; n += 1) send(1, n, encodeWithin(value, MIB, 'payload'), Number.MAX_SAFE_INTEGER);
  flush();
  expect(values).toEqual(Array.from({ length: 1_000 }, () => value));
});

it('fails a value that has arrived and cannot be decoded, not the wire', () => {
  const values: unknown[] = [];
  const read = frameReader((...frame) => values.push(frame), MIB);
  const { send, flush } = frameWriter({
    write: (chunks) => {
      for (const chunk of chunks) read(Buffer.from(chunk));
      return true;
    },
    soon: () => undefined,
  });
  // Clones of a format that this Node does not know.
  send(8, 1, { kind: 1, bytes: Buffer.from('ff7f6f', 'hex') }, 5);
  send(8, 2, { kind: 4, bytes: Buffer.from('ff7f6f', 'hex') }, 6);
  send(8, 3, encode('next'));
  flush();
  const unreadable = expect.objectContaining({ code: 'ERR_PAYLOAD' }) as unknown;
  expect(values).toEqual([
    [8, 1, unreadable, 5],
    [8, 2, unreadable, 6],
    [8, 3, 'next', 0],
  ]);
});
