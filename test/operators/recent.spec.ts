import { expect, it } from 'vitest';
import { timesWithin } from '../../src/operators/restartPolicy.js';

it.each([
  ['those within the window', [10, 50, 90], 100, 50, [90]],
  ['not one at its edge', [50], 100, 50, []],
  ['one from before the clock was set back counts as now', [5_000, 90], 100, 50, [100, 90]],
  ['none in a window of no length', [100], 100, 0, []],
])('recent: %s', (_name, times, now, within, expected) => {
  expect(timesWithin(times, now, within)).toEqual(expected);
});
