import { describe, expect, it } from 'vitest';
import { slidingWindow } from '../../src/model/slidingWindow.js';

describe('slidingWindow', () => {
  it.each([
    ['two events inside', [60, 90], 100, true],
    ['one event inside, and an older one', [40, 90], 100, false],
    ['one event inside, and one at the edge', [50, 90], 100, false],
    ['an event from before the clock was set back, which counts as now', [5_000, 90], 100, true],
  ])('with %s', (_name, times, now, full) => {
    const window = slidingWindow({ max: 2, within: 50 });
    for (const time of times) window.add(time);
    expect(window.isFull(now)).toBe(full);
  });

  it('looks ahead: an event that will have left the window by then does not count', () => {
    const window = slidingWindow({ max: 1, within: 50 });
    window.add(100);
    expect([0, 49, 50].map((delay) => window.isFull(100, delay))).toEqual([true, true, false]);
  });

  it('looks ahead, and counts an event from the future as now', () => {
    const window = slidingWindow({ max: 1, within: 50 });
    window.add(1_000);
    expect(window.isFull(100, 50)).toBe(false);
  });

  it('is empty again once cleared', () => {
    const window = slidingWindow({ max: 1, within: 50 });
    window.add(100);
    window.clear();
    expect(window.isFull(100)).toBe(false);
  });
});
