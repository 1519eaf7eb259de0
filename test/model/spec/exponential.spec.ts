import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponential, type ExponentialOptions, RxvisorError } from '../../../src/index.js';
import { isDelay, MAX_DELAY } from '../../../src/model/checks.js';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('exponential', () => {
  it('doubles 100 ms up to 15 minutes, by default', () => {
    expect(upTo(16).map(exponential())).toEqual([
      ...[100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 51_200, 102_400, 204_800, 409_600, 819_200],
      ...[900_000, 900_000],
    ]);
  });

  it('grows by any factor from 1, in whole ms', () => {
    expect(upTo(5).map(exponential({ from: 5, factor: 1.5 }))).toEqual([5, 8, 11, 17, 25]);
    expect(upTo(3).map(exponential({ from: 5, factor: 1 }))).toEqual([5, 5, 5]);
  });

  it('stays at its ceiling when the power is beyond all numbers', () => {
    expect(exponential({ factor: Number.MAX_VALUE, to: 5_000 })(1_000_000)).toBe(5_000);
  });

  it.each([
    [0, [100, 100, 100]],
    [0.5, [100, 75, 50]],
    [1, [100, 50, 0]],
  ])('jitter %d leaves that share to chance', (jitter, expected) => {
    const chances = [0, 0.5, 0.999_999];
    const schedule = exponential({ from: 100, factor: 1, jitter, random: () => chances.shift()! });
    expect(upTo(3).map(schedule)).toEqual(expected);
  });

  it('is a delay between its bounds, whatever the chance', () => {
    const schedules = fc.record({
      from: fc.integer({ min: 1, max: 10_000 }),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
      to: fc.integer({ min: 10_000, max: MAX_DELAY }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(schedules, chance, fc.integer({ min: 1, max: 1_000 }), (options, random, crashes) => {
        const whole = exponential({ ...options, jitter: 0 })(crashes);
        const delay = exponential({ ...options, random: () => random })(crashes);
        expect(isDelay(delay)).toBe(true);
        expect(delay).toBeLessThanOrEqual(whole);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(whole * (1 - options.jitter)) - 1);
      }),
    );
  });

  it.each<[ExponentialOptions, string]>([
    [{ from: 0 }, 'exponential.from: 0 is not a first delay. Give milliseconds: above 0, up to 2147483647.'],
    [{ from: NaN }, 'exponential.from: NaN is not'],
    [{ from: MAX_DELAY + 1 }, 'exponential.from: 2147483648 is not'],
    [{ factor: 0.5 }, 'exponential.factor: 0.5 is not a factor. Give a finite number, 1 or more.'],
    [{ factor: Infinity }, 'exponential.factor: Infinity is not'],
    [{ to: 99 }, 'exponential.to: 99 is not a longest delay. Give milliseconds: from 100 to 2147483647.'],
    [{ to: Infinity }, 'exponential.to: Infinity is not'],
    [{ jitter: 1.1 }, 'exponential.jitter: 1.1 is not a jitter. Give a number from 0 to 1.'],
    [{ jitter: '1' as unknown as number }, "exponential.jitter: '1' is not"],
  ])('refuses %j', (options, message) => {
    const made = () => exponential(options);
    expect(made).toThrow(RxvisorError);
    expect(made).toThrow(message);
  });
});
