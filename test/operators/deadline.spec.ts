import { type SchedulerLike, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { deadline$ } from '../../src/operators/deadline.js';
import { virtually } from './virtually.js';

/** When a wait of `ms` is over, where the process stands still, or its clock is set, by `by` ms at `at`. */
function overAt(ms: number, ...jumps: readonly { readonly at: number; readonly by: number }[]): number | undefined {
  let over: number | undefined;
  virtually(({ clock }) => {
    const scheduler: SchedulerLike = {
      now: () => clock.now() + jumps.filter(({ at }) => clock.now() >= at).reduce((sum, { by }) => sum + by, 0),
      schedule: clock.schedule.bind(clock),
    };
    deadline$(ms, scheduler).subscribe(() => (over = clock.now()));
  });
  return over;
}

describe('lateTimer$', () => {
  it.each([0, 1, 200, 1_000, 1_001, 9_999, 10_000, 90_000, 1_800_000, 2_147_483])('waits %i ms', (ms) => {
    expect(overAt(ms)).toBe(ms);
  });

  it('loses every tie, whoever was there first', () => {
    for (const ms of [0, 5, 20_000]) {
      const received: string[] = [];
      virtually(({ clock }) => {
        deadline$(ms, clock).subscribe(() => received.push('late'));
        timer(ms, clock).subscribe(() => received.push('other'));
      });
      expect(received).toEqual(['other', 'late']);
    }
  });

  it.each([
    ['at its beginning', 1],
    ['in the middle', 45_000],
    ['just before its end', 89_999],
  ])('a suspension %s does not count, beyond a step', (_name, at) => {
    expect(overAt(90_000, { at, by: 3_600_000 })).toBe(99_000);
  });

  it('a short wait that was slept through begins anew', () => {
    expect(overAt(200, { at: 150, by: 5_000 })).toBe(400);
  });

  it('several suspensions each cost a step', () => {
    expect(overAt(90_000, { at: 10_000, by: 60_000 }, { at: 20_000, by: 60_000 }, { at: 90_000, by: 60_000 })).toBe(
      117_000,
    );
  });

  it('a clock that is set back changes nothing; one set on costs a step', () => {
    expect(overAt(90_000, { at: 45_000, by: -86_400_000 })).toBe(90_000);
    expect(overAt(90_000, { at: 45_000, by: 86_400_000 })).toBe(99_000);
  });

  it('unsubscribed early, leaves no timer', () => {
    virtually(({ clock }) => {
      const subscription = deadline$(90_000, clock).subscribe();
      subscription.unsubscribe();
      expect(clock.armed()).toBe(0);
    });
  });
});
