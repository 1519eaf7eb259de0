import { expect, it } from 'vitest';
import { isDelay, MAX_DELAY } from '../../src/model/checks.js';

it.each([
  [0, true],
  [0.5, true],
  [2_147_483_647, true],
  [2_147_483_648, false],
  [-0.5, false],
  [Infinity, false],
  [NaN, false],
  ['5', false],
  [5n, false],
  [null, false],
  [undefined, false],
])('isDelay: %s %s', (value, expected) => {
  expect(isDelay(value)).toBe(expected);
  expect(MAX_DELAY).toBe(2_147_483_647);
});
