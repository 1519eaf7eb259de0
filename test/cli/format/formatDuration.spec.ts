import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration } from '../../../src/cli/format/units.js';
import { parseDuration } from '../../../src/cli/options.js';

describe('formatDuration', () => {
  it.each([
    [-5, '0ms'],
    [0, '0ms'],
    [999.9, '999ms'],
    [1_000, '1s'],
    [2_999, '2.9s'],
    [9_999, '9.9s'],
    [10_000, '10s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [61_000, '1m 1s'],
    [3_600_000, '1h'],
    [3_659_000, '1h'],
    [3_660_000, '1h 1m'],
    [86_399_999, '23h 59m'],
    [90_000_000, '1d 1h'],
    [400 * 86_400_000, '400d'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('never shows more than has passed, and loses less than a tenth of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 * 86_400_000 }), (ms) => {
        const shown = formatDuration(ms)
          .split(' ')
          .reduce((sum, part) => sum + (parseDuration(part) ?? NaN), 0);
        return shown <= ms && shown > ms * 0.9;
      }),
    );
  });
});
