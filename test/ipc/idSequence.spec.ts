import { expect, it } from 'vitest';
import { idSequence } from '../../src/ipc/frames.js';

const KEY = '01234567-89ab-4def-8123-fffffffffffe';
const numbers = [...Array(40).keys(), 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1];

it('makes UUIDs of version 4, the same on both sides in any order, and no two alike', () => {
  const [here, there] = [idSequence(KEY), idSequence(KEY)];
  const ids = numbers.map(here);
  expect([...numbers].reverse().map(there).reverse()).toEqual(ids);
  expect(new Set(ids).size).toBe(numbers.length);
  for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(numbers.map(idSequence('01234567-89ab-4def-8123-ffffffffffff'))).not.toEqual(ids);
});

it('no part of an id is a counter: each digit of consecutive ids differs as often as not', () => {
  const idOf = idSequence(KEY);
  const ids = Array.from({ length: 2_000 }, (_, n) => idOf(n).replaceAll('-', ''));
  for (let digit = 0; digit < 32; digit += 1) {
    const equal = ids.filter((id, n) => n > 0 && id[digit] === ids[n - 1]![digit]).length;
    if (digit === 12) expect(equal).toBe(1_999);
    // One in 16, or one in 4 where two bits are fixed.
    else expect(equal).toBeLessThan(digit === 16 ? 600 : 200);
    if (digit !== 12) expect(equal).toBeGreaterThan(50);
  }
});
