import { afterEach, beforeEach, expect, vi } from 'vitest';

/**
 * Fake timers in each test of a file, of which none may be left. Promises and timers run together, which TestScheduler does not do.
 *
 * @param now the time at the start of each test, in ms since the epoch. Default: the real one
 * @returns lets time pass
 */
export function fakeTimers(now?: number): (ms: number) => Promise<void> {
  beforeEach(() => void vi.useFakeTimers(now === undefined ? {} : { now }));
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
  return async (ms) => {
    await vi.advanceTimersByTimeAsync(ms);
  };
}
