import { describe, expect, it } from 'vitest';
import { MAX_DELAY } from '../../../src/model/checks.js';
import { scheduleOf } from '../../../src/model/spec/schedule.js';

const remedy = 'is not a delay. Give milliseconds: a finite number from 0 to 2147483647.';

describe('scheduleOf', () => {
  it('repeats the last delay of a list', () => {
    expect([1, 2, 3, 4, 1_000].map(scheduleOf([10, 0, 30])!)).toEqual([10, 0, 30, 30, 30]);
    expect([1, 2].map(scheduleOf([10])!)).toEqual([10, 10]);
    expect([1, 2].map(scheduleOf([0, 0])!)).toEqual([0, 0]);
  });

  it('refuses a hole in a list', () => {
    const sparse: number[] = [];
    sparse[1] = 7;
    expect(() => scheduleOf(sparse)).toThrow(`restartAt[0]: undefined ${remedy}`);
  });

  it('has no delay before the first crash', () => expect(scheduleOf([5])?.(0)).toBe(0));

  it.each([undefined, null, 5, '5', {}])('refuses %j in place of a list', (delays) => {
    expect(() => scheduleOf(delays as never)).toThrow(/^restartAt: .* is not a schedule\. Give an array/);
  });

  it.each([[[]], [[0]]])('%j is never', (delays) => expect(scheduleOf(delays)).toBeUndefined());

  it.each([-1, MAX_DELAY + 1, NaN, Infinity])('refuses %s in a list, at once', (delay) => {
    expect(() => scheduleOf([100, delay])).toThrow(`restartAt[1]: ${delay} ${remedy}`);
  });

  it.each([-1, MAX_DELAY + 1, NaN, Infinity, undefined, '5', null])(
    'refuses %s from a schedule, when it says so',
    (delay) => {
      const schedule = scheduleOf(() => delay as number)!;
      expect(() => schedule(3)).toThrow(`restartAt(3): ${typeof delay === 'string' ? `'${delay}'` : delay} ${remedy}`);
    },
  );

  it('asks a schedule once, and lets through what it throws', () => {
    const asked: number[] = [];
    const schedule = scheduleOf((crashes) => {
      asked.push(crashes);
      if (crashes === 3) throw new Error('no more');
      return crashes * 10;
    })!;
    expect([1, 2].map(schedule)).toEqual([10, 20]);
    expect(() => schedule(3)).toThrow('no more');
    expect(asked).toEqual([1, 2, 3]);
  });
});
