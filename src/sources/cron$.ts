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

/** The longest timer, in ms: a change of the clock, and a sleep of the machine, are noticed within a minute. */
const STEP = 60_000;
/** A clock that is set back by at most this many ms was corrected: times that have come do not come again. */
const CORRECTION = 60_000;

/**
 * Emits at the times of a cron expression. Each value is the time that was due, in ms since the epoch.
 *
 * ```text
 * cron$('0 4 * * *')   -----(04:00)-----------(04:00)--
 * ```
 *
 * - An expression has five fields: minute, hour, day, month, weekday. With six fields, seconds come first. Names (`MON`),
 *   ranges, steps, `L`, `#` and `@daily` are allowed. The stream completes when no time follows.
 * - When daylight saving time begins, a skipped time is due at the first moment after the gap. When it ends, a time that
 *   occurs twice is due once. Repeated times, for example every hour, continue through both changes.
 * - A timer lasts at most a minute. So after a change of the clock, the next time is at most a minute late. If the clock
 *   is set back by more than a minute, times come again. Times during a sleep of the machine come once, when it wakes.
 * - croner, which computes the times, is loaded with the first expression.
 *
 * @param expression such as `'0 4 * * *'`
 * @param options `timezone`: a name such as `'Europe/Berlin'`. Default: the time zone of the manager
 * @param scheduler for the timers; its clock is the time. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION`, at once, for an invalid expression or time zone
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

    /** Reads the clock after each timer, and after the last one, too: a timer can fire a millisecond early. */
    function step$(time: number): Observable<number | undefined> {
      const started = scheduler.now();
      const wait = Math.min(Math.max(0, time - started), STEP);
      return timer(wait, scheduler).pipe(
        map(() => {
          const now = scheduler.now();
          const isDue = now >= time;
          if (isDue) last = time;
          if (isDue || now < started + wait - CORRECTION) due = next();
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
