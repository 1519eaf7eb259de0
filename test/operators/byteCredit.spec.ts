import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteCredit, type ByteCreditOptions } from '../../src/index.js';

function values(changes: readonly number[], options?: ByteCreditOptions): boolean[] {
  const flow = byteCredit(options);
  const seen: boolean[] = [];
  flow.full$.subscribe((full) => seen.push(full));
  for (const change of changes) {
    if (change > 0) flow.take(change);
    else flow.give(-change);
  }
  return seen;
}

describe('byteCredit', () => {
  const options = { high: 10, low: 4 };

  it('emits its first value at once: not full', () => {
    expect(values([], options)).toEqual([false]);
  });

  it('is full from `high` on, and not before', () => {
    expect(values([9], options)).toEqual([false]);
    expect(values([9, 1], options)).toEqual([false, true]);
    expect(values([100], options)).toEqual([false, true]);
  });

  it('is not full any more at `low`, and not before', () => {
    expect(values([10, -5], options)).toEqual([false, true]);
    expect(values([10, -5, -1], options)).toEqual([false, true, false]);
  });

  it('emits only changes, any number of them', () => {
    expect(values([10, 5, 5, -16, 1, 1, 3, 1, -10], options)).toEqual([false, true, false, true, false]);
  });

  it('holds from 512 KiB to 1 MiB by default', () => {
    const [high, low] = [1_048_576, 524_288];
    expect(values([high - 1])).toEqual([false]);
    expect(values([high, low - high + 1])).toEqual([false, true]);
    expect(values([high, low - high])).toEqual([false, true, false]);
  });

  it('emits its current value to a late subscriber, and nobody else can emit', () => {
    const flow = byteCredit(options);
    flow.take(10);
    const seen: boolean[] = [];
    flow.full$.subscribe((full) => seen.push(full)).unsubscribe();
    flow.give(10);
    expect(seen).toEqual([true]);
    expect('next' in flow.full$).toBe(false);
  });

  it('is empty again once all is given back, whatever the order was', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30)), (sizes) => {
        const seen = values([...sizes, ...sizes.map((size) => -size)], options);
        expect(seen.at(-1)).toBe(false);
        expect(seen).toEqual(seen.map((_, index) => index % 2 === 1));
      }),
    );
  });
});
