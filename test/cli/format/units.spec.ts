import { expect, it } from 'vitest';
import { formatBytes } from '../../../src/cli/format/units.js';

it.each([
  [0, '0B'],
  [1_023, '1023B'],
  [1_024, '1K'],
  [47_400_000, '45.2M'],
  [104_857_600, '100M'],
  [1_610_612_736, '1.5G'],
  [2 ** 50, '1024T'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
