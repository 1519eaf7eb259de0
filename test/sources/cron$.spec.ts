import { map, type SchedulerAction, type SchedulerLike, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { cron$, RxvisorError } from '../../src/index.js';
import { type Clock, virtually } from '../operators/virtually.js';

/** A virtual clock that begins at a date; each wait it is asked for is noted. */
function from(date: string, clock: Clock, waits: number[] = []): SchedulerLike {
  const begin = Date.parse(date);
  return {
    now: () => begin + clock.now(),
    schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T) {
      waits.push(delay);
      return clock.schedule(work, delay, state);
    },
  };
}

/** The next times, as ISO in UTC, and when they came; 9 at most. */
function times(expression: string, timezone: string | undefined, date: string, count: number): string[] {
  const came: string[] = [];
  virtually(({ clock }) => {
    const scheduler = from(date, clock);
    cron$(expression, { timezone }, scheduler)
      .pipe(
        take(count),
        map((time) => [time, scheduler.now()].map((ms) => new Date(ms).toISOString().replace(':00.000Z', ''))),
      )
      .subscribe(([planned, real]) => {
        expect(real).toBe(planned);
        came.push(planned!);
      });
  });
  return came;
}

describe('cron$', () => {
  it('emits at the times of the expression', () => {
    expect(times('0 4 * * *', 'UTC', '2026-01-01T03:59:59.999Z', 3)).toEqual([
      ...['2026-01-01T04:00', '2026-01-02T04:00', '2026-01-03T04:00'],
    ]);
    expect(times('*/20 8 * * MON', 'UTC', '2026-01-01T00:00:00Z', 4)).toEqual([
      ...['2026-01-05T08:00', '2026-01-05T08:20', '2026-01-05T08:40', '2026-01-12T08:00'],
    ]);
    expect(times('30 59 23 * * *', 'UTC', '2026-01-01T00:00:00Z', 1)).toEqual(['2026-01-01T23:59:30.000Z']);
  });

  it('does not emit for the current time: it waits for the next one', () => {
    expect(times('0 4 * * *', 'UTC', '2026-01-01T04:00:00Z', 1)).toEqual(['2026-01-02T04:00']);
  });

  it('uses the time zone', () => {
    expect(times('0 4 * * *', 'Asia/Tokyo', '2026-01-01T00:00:00Z', 1)).toEqual(['2026-01-01T19:00']);
  });

  it('when clocks go forward, a skipped time is emitted at the first moment after the gap', () => {
    // Berlin, 29 March 2026: 02:00 CET is 03:00 CEST.
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-03-27T12:00:00Z', 3)).toEqual([
      ...['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30'],
    ]);
  });

  it('when clocks go back, a repeated time is emitted once', () => {
    // Berlin, 25 October 2026: 03:00 CEST is 02:00 CET.
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      ...['2026-10-25T00:30', '2026-10-26T01:30'],
    ]);
  });

  it('an hourly expression continues through both changes', () => {
    expect(times('0 * * * *', 'Europe/Berlin', '2026-03-28T23:30:00Z', 4)).toEqual([
      ...['2026-03-29T00:00', '2026-03-29T01:00', '2026-03-29T02:00', '2026-03-29T03:00'],
    ]);
    expect(times('0 * * * *', 'Europe/Berlin', '2026-10-24T23:30:00Z', 4)).toEqual([
      ...['2026-10-25T00:00', '2026-10-25T01:00', '2026-10-25T02:00', '2026-10-25T03:00'],
    ]);
  });

  it('waits for months in steps of one minute', () => {
    virtually(({ clock }) => {
      const waits: number[] = [];
      const scheduler = from('2025-01-01T00:00:00Z', clock, waits);
      cron$('0 0 1 4 *', { timezone: 'UTC' }, scheduler)
        .pipe(take(1))
        .subscribe((time) => {
          expect(new Date(time).toISOString()).toBe('2025-04-01T00:00:00.000Z');
          expect(scheduler.now()).toBe(time);
          expect(waits.length).toBe((Date.parse('2025-04-01') - Date.parse('2025-01-01')) / 60_000);
          expect(waits.every((wait) => wait === 60_000)).toBe(true);
        });
    });
  });

  /** When `expression` came, by a clock that is set by `jump` ms after 10 minutes; watched for `hours`. */
  function cameOver(expression: string, jump: number, hours: number): string[] {
    const came: string[] = [];
    virtually(({ clock }) => {
      let set = 0;
      const scheduler: SchedulerLike = {
        now: () => Date.parse('2026-01-02T00:10:00Z') + set + clock.now(),
        schedule: clock.schedule.bind(clock),
      };
      const times = cron$(expression, { timezone: 'UTC' }, scheduler).subscribe((time) => {
        came.push(new Date(time).toISOString().slice(8, 16).replace('T', ' '));
      });
      clock.schedule(() => (set = jump), 10 * 60_000);
      clock.schedule(() => times.unsubscribe(), hours * 3_600_000);
    });
    return came;
  }

  const day = 24 * 3_600_000;
  it.each([
    ['set back by a day', -day, ['01 01:00', '01 02:00']],
    ['set back by half an hour: times are emitted again', -1_800_000, ['02 00:00', '02 01:00']],
    ['set back by half a minute', -30_000, ['02 01:00', '02 02:00']],
    ['set forward by a minute', 60_000, ['02 01:00', '02 02:00']],
    ['set forward by 39.5 minutes', 39.5 * 60_000, ['02 01:00', '02 02:00']],
    ['set forward by a month: one emission for all missed times', 30 * day, ['02 01:00', '01 01:00', '01 02:00']],
  ])('a clock that is %s', (_name, jump, expected) => {
    expect(cameOver('0 * * * *', jump, 2.1)).toEqual(expected);
  });

  it('a time is not emitted again when the clock is corrected within its minute', () => {
    const came: string[] = [];
    virtually(({ clock }) => {
      let set = 0;
      const scheduler: SchedulerLike = {
        now: () => Date.parse('2026-01-02T00:59:00Z') + set + clock.now(),
        schedule: clock.schedule.bind(clock),
      };
      const times = cron$('* * * * *', { timezone: 'UTC' }, scheduler).subscribe((time) => {
        came.push(new Date(time).toISOString().slice(11, 16));
        if (came.length === 1) set = -20_000;
      });
      clock.schedule(() => times.unsubscribe(), 210_000);
    });
    expect(came).toEqual(['01:00', '01:01', '01:02']);
  });

  it('detects a clock change within a minute, and emits once for all times missed in sleep', () => {
    virtually(({ clock }) => {
      const begin = Date.parse('2026-01-01T00:10:00Z');
      let slept = 0;
      const scheduler: SchedulerLike = {
        now: () => begin + slept + clock.now(),
        schedule: clock.schedule.bind(clock),
      };
      const came: string[] = [];
      const subscription = cron$('0 * * * *', { timezone: 'UTC' }, scheduler).subscribe((time) =>
        came.push(new Date(time).toISOString().slice(11, 16)),
      );
      clock.schedule(() => (slept = 5 * 3_600_000), 10 * 60_000);
      clock.schedule(() => {
        expect(came).toEqual(['01:00', '06:00', '07:00']);
        subscription.unsubscribe();
      }, 120 * 60_000);
    });
  });

  it('waits again when a timer fires too early, as timers of Node may', () => {
    virtually(({ clock }) => {
      const begin = Date.parse('2026-01-01T03:59:00Z');
      const early: SchedulerLike = {
        now: () => begin + Math.max(0, clock.now() - 1),
        schedule: clock.schedule.bind(clock),
      };
      const came: number[] = [];
      const subscription = cron$('0 4 * * *', { timezone: 'UTC' }, early).subscribe(() => came.push(clock.now()));
      clock.schedule(() => {
        expect(came).toEqual([60_001]);
        subscription.unsubscribe();
      }, 120_000);
    });
  });

  it('completes when no time is left', () => {
    virtually(({ clock, expectObservable }) => {
      const scheduler = from('2026-01-01T00:00:00Z', clock);
      const past$ = cron$('2025-01-01T00:00:00', { timezone: 'UTC' }, scheduler);
      expectObservable(past$).toBe('|');
      const once$ = cron$('2026-01-01T00:00:05', { timezone: 'UTC' }, scheduler);
      expectObservable(once$.pipe(map(() => 'c'))).toBe('5s (c|)');
    });
  });

  it('leaves no timer after unsubscription, and starts again for each subscriber', () => {
    virtually(({ clock, expectObservable }) => {
      const minutely$ = cron$('* * * * *', { timezone: 'UTC' }, from('2026-01-01T00:00:00Z', clock)).pipe(
        map(() => 'c'),
      );
      expectObservable(minutely$, '^ 90s !').toBe('60s c');
      expectObservable(minutely$, '30s ^ 90s !').toBe('60s c 59999ms c');
    });
  });

  it.each([
    ['', undefined],
    ['every day', undefined],
    ['61 * * * *', undefined],
    ['* * * *', undefined],
    ['0 4 * * *', 'Europe/Atlantis'],
    ['0 4 * * *', ''],
  ])('%j in %j is refused at once', (expression, timezone) => {
    const make = () => cron$(expression, { timezone });
    expect(make).toThrow(RxvisorError);
    expect(make).toThrow(
      /^(expression: .* is not a cron expression\. Give one such as|timezone: .* Give a name such as)/,
    );
  });
});
