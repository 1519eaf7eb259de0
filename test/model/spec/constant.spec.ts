import { expect, it } from 'vitest';
import { constant } from '../../../src/index.js';

it('constant is one delay for ever', () => {
  expect([1, 2, 1_000].map(constant(250))).toEqual([250, 250, 250]);
  expect(constant(0)(1)).toBe(0);
});

it.each([-1, NaN, Infinity, 2 ** 31])('constant refuses %s', (ms) => {
  expect(() => constant(ms)).toThrow(`constant: ${ms} is not a delay.`);
});
