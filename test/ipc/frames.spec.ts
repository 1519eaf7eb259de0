import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../src/ipc/encode.js';
import { frameReader } from '../../src/ipc/frameReader.js';
import { frameWriter } from '../../src/ipc/frameWriter.js';
import { UnreadableError } from '../../src/ipc/sentError.js';

type Frame = readonly [type: number, id: number, value: unknown, more: number];

/** Writes frames in turns, as the lengths of the turns say; gives the bytes. */
function written(frames: readonly Frame[], turn: number): Buffer {
  const chunks: Uint8Array[] = [];
  const writer = frameWriter({ write: (given) => chunks.push(...given) > 0, soon: () => undefined });
  frames.forEach(([type, id, value, more], index) => {
    writer.send(type, id, encode(value), more);
    if (index % turn === 0) writer.flush();
  });
  writer.flush();
  return Buffer.concat(chunks);
}

function readIn(bytes: Buffer, cuts: readonly number[], limit = 2 ** 30): Frame[] {
  const frames: Frame[] = [];
  const read = frameReader((...frame) => frames.push(frame), limit);
  let at = 0;
  for (const cut of cuts) {
    read(Buffer.from(bytes.subarray(at, at + cut)));
    at += cut;
  }
  read(Buffer.from(bytes.subarray(at)));
  return frames;
}

const value = fc.oneof(
  fc.anything({
    withDate: true,
    withMap: true,
    withSet: true,
    withBigInt: true,
    withTypedArray: true,
    withSparseArray: true,
  }),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'binary', maxLength: 6_000 }),
);
const frame = fc.tuple(fc.integer({ min: 1, max: 127 }), fc.nat(), value, fc.nat({ max: 2 ** 40 }));

describe('frames', () => {
  it('come as they were sent, wherever the bytes are cut, and values as a structured clone has them', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }),
        (frames, turn, cuts) => {
          const cloned = frames.map(([type, id, sent, more]) => [
            type,
            id,
            deserialize(serialize(sent)) as unknown,
            more,
          ]);
          expect(readIn(written(frames, turn), cuts)).toStrictEqual(cloned);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of one byte a chunk come, too', () => {
    const frames: Frame[] = [
      [1, 1, { a: 'ü' }, 0],
      [2, 2, Buffer.from('x'), 3],
      [3, 3, new Map([[1, 2]]), 4],
    ];
    const bytes = written(frames, 9);
    expect(readIn(bytes, Array<number>(bytes.length).fill(1))).toStrictEqual(frames);
  });

  it('beyond the limit, or that are none, are refused', () => {
    expect(() => readIn(written([[1, 1, Buffer.alloc(100), 0]], 1), [], 50)).toThrow(
      'a frame of 117 bytes; the limit is 50',
    );
    expect(() => readIn(Buffer.from([2, 0, 0, 0, 0, 0x7b, 0x7d]), [])).toThrow('holds no frames');
    expect(() => readIn(Buffer.from([1, 0, 0, 0, 1, 1]), [])).toThrow('shorter than its head');
    expect(() => readIn(Buffer.from([0, 0, 0, 0, 9]), [])).toThrow();
    expect(() => readIn(Buffer.concat([Buffer.from([17, 0, 0, 0, 9]), Buffer.alloc(17)]), [])).toThrow(
      'unknown kind 9',
    );
  });

  it('of bytes whose memory was transferred before they were written are unreadable, and harm no others', () => {
    const chunks: Uint8Array[] = [];
    const writer = frameWriter({ write: (given) => chunks.push(...given) > 0, soon: () => undefined });
    const bytes = Uint8Array.of(1, 2, 3);
    writer.send(1, 1, encode('before'));
    writer.send(2, 2, encode(bytes), 4);
    writer.send(3, 3, encode(Uint8Array.of()));
    structuredClone(bytes, { transfer: [bytes.buffer] });
    writer.flush();
    const [before, lost, after] = readIn(Buffer.concat(chunks), []);
    expect([before, after]).toEqual([
      [1, 1, 'before', 0],
      [3, 3, Uint8Array.of(), 0],
    ]);
    expect(lost).toEqual([2, 2, expect.any(UnreadableError), 4]);
    expect(() => encode(bytes)).toThrow('its memory was transferred');
  });

  it('objects that are there twice, or hold themselves, arrive as such', () => {
    const shared = { a: 1 };
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    const [[, , twice], [, , self]] = readIn(
      written(
        [
          [1, 1, [shared, shared], 0],
          [1, 2, loop, 0],
        ],
        9,
      ),
      [],
    ) as [Frame, Frame];
    const [one, other] = twice as [unknown, unknown];
    expect(one).toBe(other);
    expect((self as Record<string, unknown>).self).toBe(self);
  });

  it('with much text are cut into blocks, and one with a function is refused', () => {
    const many = Array.from({ length: 3_000 }, (_, id): Frame => [1, id, 'a line of some length, and more of it', 0]);
    expect(readIn(written(many, 1e9), [])).toStrictEqual(many);
    expect(() => encode(() => 1)).toThrow(/could not be cloned/);
    expect(encode({ toJSON: 1 })).toBe('{"toJSON":1}');
  });
});
