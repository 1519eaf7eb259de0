import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Numbered, numberTable } from '../../src/ipc/numberTable.js';

interface Entry extends Numbered<Entry> {
  readonly name: string;
}

const entry = (number: number, name = String(number)): Entry => ({ number, name, chain: undefined });

describe('numberTable', () => {
  it('does what a map does, whatever comes and goes', () => {
    // So few buckets at first, and numbers that share them: chains grow, and the table does.
    const number = fc.oneof(
      fc.nat({ max: 200 }),
      fc.nat({ max: 20 }).map((n) => n * 64),
      fc.constant(2 ** 40),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), number), { maxLength: 400 }), (steps) => {
        const table = numberTable<Entry>();
        const model = new Map<number, Entry>();
        for (const [coming, number] of steps) {
          const known = model.get(number);
          if (known !== undefined) {
            table.remove(known);
            model.delete(number);
          } else if (coming) {
            const fresh = entry(number);
            table.add(fresh);
            model.set(number, fresh);
          }
          expect(table.get(number)).toBe(model.get(number));
          expect(table.size()).toBe(model.size);
        }
        expect(table.all()).toEqual([...model.values()].sort((a, b) => a.number - b.number));
        expect(table.some(({ number }) => number > 100)).toBe([...model.keys()].some((number) => number > 100));
      }),
    );
  });

  it('takes no harm from one that is not in it', () => {
    const table = numberTable<Entry>();
    table.remove(entry(1));
    table.add(entry(1));
    table.remove(entry(65));
    expect(table.all().map(({ name }) => name)).toEqual(['1']);
  });

  it('keeps hold of nothing once it is cleared', () => {
    const table = numberTable<Entry>();
    const entries = [1, 65, 2].map((number) => entry(number));
    entries.forEach(table.add);
    table.clear();
    expect([table.size(), table.get(1), table.all()]).toEqual([0, undefined, []]);
    expect(entries.map(({ chain }) => chain)).toEqual([undefined, undefined, undefined]);
  });
});
