import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cuttingGuard } from '../../src/output/cuttingGuard.js';

function guarded(max: number, chunks: readonly Buffer[]): { bytes: string; cuts: number } {
  let cuts = 0;
  const guard = cuttingGuard(max, () => (cuts += 1));
  const pieces = [...chunks.flatMap((chunk) => guard.push(chunk)), ...guard.end()];
  return { bytes: Buffer.concat(pieces).toString('latin1'), cuts };
}

describe('cuttingGuard', () => {
  it('passes chunks on as they are, whether or not a line ends in them', () => {
    const guard = cuttingGuard(65_536, () => undefined);
    for (const text of ['begin', ' of a line\nand a', ' second', '\n']) {
      const chunk = Buffer.from(text);
      expect(guard.push(chunk)).toEqual([chunk]);
    }
    expect(guard.end()).toEqual([]);
  });

  it('keeps back only the end of a line that can be cut, until it ends', () => {
    const guard = cuttingGuard(1_000, () => undefined);
    const begin = Buffer.alloc(700, 'x');
    expect(guard.push(begin)).toEqual([begin]);
    expect(guard.push(begin.subarray(0, 200))).toEqual([]);
    expect(Buffer.concat([...guard.push(Buffer.from('\n'))])).toEqual(Buffer.from(`${'x'.repeat(200)}\n`));
  });

  it('cuts at the same places, however the bytes come', () => {
    const part = fc.constantFrom(
      ...['a', 'ä', 'क', '𝄞', '\n', 'x'.repeat(130), 'é'.repeat(60), '\u001B[31m', '\u001B', '\u009B1m'],
      ...['\u001B]8;;http://x\u0007', `\u001B]0;${'t'.repeat(240)}`, `\u001B]0;${'t'.repeat(251)}`],
    );
    const alien = fc.constantFrom([0xff], [0x80], [0xe2, 0x82], [0xf0, 0x9d]).map((bytes) => Buffer.from(bytes));
    const parts = fc.oneof(
      part.map((text) => Buffer.from(text)),
      alien,
    );
    const bytes = fc.array(parts, { maxLength: 40 }).map((parts) => Buffer.concat(parts));
    fc.assert(
      fc.property(bytes, fc.integer({ min: 250, max: 600 }), fc.integer({ min: 1, max: 200 }), (bytes, max, size) => {
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        expect(guarded(max, chunks)).toEqual(guarded(max, [bytes]));
      }),
      { numRuns: 1_000 },
    );
  });
});
