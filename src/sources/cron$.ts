import {
  asyncScheduler,
  defer,
  EMPTY,
  filter,
  map,
  type Observable,
  of,
  repeat,
  type SchedulerLike,
  timer,
} from 'rxjs';
import { checkOptions, type OptionChecks } from '../model/check.js';
import { checkScheduler, text } from '../model/checks.js';
import type { CronSpec } from '../model/spec/triggers.js';
import { cronTimes } from '../system/cronTimes.js';

const cronOptions: OptionChecks<Pick<CronSpec, 'timezone'>> = {
  timezone: text('a time zone', "Give a name such as 'Europe/Berlin'."),
};

/** The longest wait in one piece, in ms: a clock that was set, or a machine that slept, is noticed within the minute. */
const STEP = 60_000;
/** A clock that is set back by so many ms at most was corrected: a time that has come does not come again. */
const CORRECTION = 60_000;

/**
 * Emits at the times that a cron expression names, each as ms since the epoch.
 *
 * ```text
 * cron$('0 4 * * *')   -----(04:00)-----------(04:00)--
 * ```
 *
 * - An expression has five parts, minute, hour, day, month and weekday, or six, with seconds before them; names (`MON`),
 *   ranges, steps, `L`, `#` and `@daily` are understood. One that never comes (again) completes.
 * - Where the clocks go forward, a time that is left out comes at the first moment after; where they go back, one that is
 *   there twice comes once. What repeats, every hour say, goes on through both.
 * - Waits are by `scheduler`, a minute at most in one piece: when the clock is set, the next time is that of the new clock, at
 *   most a minute late. Set back by more than a minute, times come again. What a machine slept through comes once, when it wakes.
 * - croner, which knows the times, is loaded with the first expression.
 *
 * @param expression such as `'0 4 * * *'`
 * @param options `timezone`, a name such as `'Europe/Berlin'`. Default: the manager's
 * @param scheduler whose clock it goes by. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION`, at once, for an expression or time zone that cannot be
 * @see https://croner.56k.guru/usage/pattern/
 * @example
 * ```ts
 * import { NEVER } from 'rxjs';
 * import { cron$, managed$, restartWhen } from 'rxvisor';
 *
 * const nightly$ = cron$('0 4 * * *', { timezone: 'Europe/Berlin' });
 * managed$({ script: 'server.js' }, NEVER.pipe(restartWhen(nightly$, 'cron')));
 * ```
 */
export function cron$(
  expression: string,
  options: Pick<CronSpec, 'timezone'> = {},
  scheduler: SchedulerLike = asyncScheduler,
): Observable<number> {
  checkOptions(options, cronOptions);
  checkScheduler(scheduler);
  const nextAfter = cronTimes(expression, options.timezone);
  return defer(() => {
    let last = -Infinity;
    let due = next();
    return defer(() => (due === undefined ? EMPTY : step$(due))).pipe(
      repeat({ delay: () => (due === undefined ? EMPTY : of(true)) }),
      filter((time) => time !== undefined),
    );

    /** Looks at the clock again after each step, and after the last one, too: a timer may come a millisecond early. */
    function step$(time: number): Observable<number | undefined> {
      const begun = scheduler.now();
      const wait = Math.min(Math.max(0, time - begun), STEP);
      return timer(wait, scheduler).pipe(
        map(() => {
          const now = scheduler.now();
          const isDue = now >= time;
          if (isDue) last = time;
          if (isDue || now < begun + wait - CORRECTION) due = next();
          return isDue ? time : undefined;
        }),
      );
    }

    function next(): number | undefined {
      const now = scheduler.now();
      return nextAfter(last > now && last - now <= CORRECTION ? last : now);
    }
  });
}
