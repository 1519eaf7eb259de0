import { expect, it } from 'vitest';
import { formatTime } from '../../src/testing/diagram.js';

it.each([
  [0, '0'],
  [150, '150ms'],
  [1.5, '1.5ms'],
  [2_000, '2s'],
  [2_001, '2.001s'],
  [61_600, '1m1.6s'],
  [1_800_000, '30m'],
  [5_400_000, '1h30m'],
  [86_400_000, '24h'],
  [3_600_001, '1h0.001s'],
])('%d ms are %s', (ms, text) => {
  expect(formatTime(ms)).toBe(text);
});
