import {
  asyncScheduler,
  defer,
  distinctUntilChanged,
  filter,
  ignoreElements,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  repeat,
  ReplaySubject,
  type SchedulerLike,
  share,
  switchMap,
  take,
  takeUntil,
  takeWhile,
  tap,
  timer,
} from 'rxjs';
import { type Check, checkArgument, checkOptions, checkThat } from '../model/check.js';
import { checkScheduler, count, delay, effectsWith, isDelay, MAX_DELAY, observable, string } from '../model/checks.js';
import type { Effects } from '../model/effects.js';
import { deadline$ } from '../operators/deadline.js';
import { probe$ } from '../sources/probe$.js';

/** A URL, or a route of a port of this machine (`route` is `'/'` by default). */
export type HeartbeatTarget = { readonly url: string } | { readonly port: number; readonly route?: string | undefined };

export type HeartbeatOptions = HeartbeatTarget & {
  /**
   * The time between the end of a poll and the next one, in ms: a number, or an Observable of numbers, of which the latest applies.
   * Default `10_000`. Before the first answer, polls come at least once a second.
   */
  // eslint-disable-next-line rxjs-x/finnish -- in most cases it is a number
  readonly every?: number | Observable<number> | undefined;
  /** Each value polls at once, unless a poll is running. Default: none. */
  readonly now$?: Observable<unknown> | undefined;
  /** The time for one answer, in ms. Default `5_000`. */
  readonly timeout?: number | undefined;
  /** The number of failures in a row that are accepted. Default `2`. */
  readonly tolerance?: number | undefined;
  /** The time until the first answer, in ms. Default `90_000`. */
  readonly startTimeout?: number | undefined;
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Pick<Effects, 'check$'> | undefined;
};

/** Whether a server answers. JSON-safe. */
export type HeartbeatEvent = Listening | HeartbeatMissed | Unresponsive;

/** The server answers: for the first time, or again after failures. */
export interface Listening {
  readonly type: 'listening';
  readonly first: boolean;
}

/** The server did not answer `failures` times in a row; up to `tolerance` are accepted. */
export interface HeartbeatMissed {
  readonly type: 'heartbeatMissed';
  readonly failures: number;
  readonly tolerance: number;
  readonly message: string;
}

/** More failures in a row than the tolerance, or no answer within `startTimeout`. The last event. */
export interface Unresponsive {
  readonly type: 'unresponsive';
  readonly failures: number;
  readonly message: string;
}

/**
 * Polls a server by HTTP while this is subscribed to, and emits whether it answers.
 *
 * ```text
 * answers                     -  -  200 200 503 200 503 -  -
 * heartbeat$({tolerance: 2})  ------l-------m---l---m---m--(u|)
 * ```
 * `l` listening, `m` heartbeatMissed, `u` unresponsive. A status from 200 to 399 is an answer.
 *
 * - Polls never overlap: the next one waits for the last one.
 * - Before the first answer, failures do not count, for `startTimeout` at most: the server may still be compiling.
 * - More than `tolerance` failures in a row make it `unresponsive`, which is the last event. An answer resets the count.
 * - A new interval applies at once, from the end of the last poll. If that is already longer ago, the next poll is now.
 *
 * You decide what follows `unresponsive`. `session()` fails the run, as `{ type: 'fail' }` does in your own pipeline.
 *
 * @param options see {@link HeartbeatOptions}
 * @param scheduler for the polls and their limits. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION`, at once
 * @throws errors of `every`, and `ERR_OPTION` for an invalid interval from it
 * @example
 * ```ts
 * import { filter, map, NEVER } from 'rxjs';
 * import { type Fail, managed$ } from 'rxvisor';
 * import { heartbeat$ } from 'rxvisor/session';
 *
 * const dead$ = heartbeat$({ port: 8080, route: '/health' }).pipe(filter(({ type }) => type === 'unresponsive'));
 * managed$({ script: 'server.js', args: ['8080'] }, dead$.pipe(map((): Fail => ({ type: 'fail', reason: 'liveness' }))));
 * ```
 */
export function heartbeat$(
  options: HeartbeatOptions,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<HeartbeatEvent> {
  checkOptions(options, heartbeatOptions);
  checkScheduler(scheduler);
  if (!('url' in options) && !('port' in options)) checkArgument('port', undefined, port);
  const { every = 10_000, now$ = NEVER, timeout = 5_000, tolerance = 2, startTimeout = 90_000, effects } = options;
  // Checked here, and used again for each poll.
  const poll$ = probe$({ http: urlOf(options), timeout }, { effects }, scheduler).pipe(take(1));

  return defer(() => {
    let hasAnswered = false;
    let failures = 0;
    const every$ = merge(typeof every === 'number' ? of(every) : every, NEVER).pipe(
      tap(checkInterval),
      distinctUntilChanged(),
      share({ connector: () => new ReplaySubject<number>(1) }),
    );
    const wait$ = (): Observable<unknown> => {
      const ended = scheduler.now();
      const due$ = every$.pipe(
        map((every) => (hasAnswered ? every : Math.min(every, EAGER))),
        // The system clock may change meanwhile: no wait is longer than the interval.
        switchMap((every) => timer(Math.min(every, Math.max(0, ended + every - scheduler.now())), scheduler)),
      );
      return merge(due$, now$).pipe(take(1));
    };
    const beat$ = poll$.pipe(
      repeat({ delay: wait$ }),
      map(({ ok, message = '' }): HeartbeatEvent | undefined => {
        if (ok) {
          const event = { type: 'listening', first: !hasAnswered } as const;
          const news = !hasAnswered || failures > 0;
          [hasAnswered, failures] = [true, 0];
          return news ? event : undefined;
        }
        failures += 1;
        if (!hasAnswered) return undefined;
        return failures > tolerance
          ? { type: 'unresponsive', failures, message }
          : { type: 'heartbeatMissed', failures, tolerance, message };
      }),
      filter((event) => event !== undefined),
      share(),
    );
    const late$ = deadline$(startTimeout, scheduler).pipe(
      map((): Unresponsive => {
        const message = `no answer within ${String(startTimeout)} ms of its start`;
        return { type: 'unresponsive', failures, message };
      }),
      takeUntil(beat$),
    );
    // One subscription to the interval: a value during a poll applies to the wait that follows.
    return merge(every$.pipe(ignoreElements()), late$, beat$).pipe(
      takeWhile(({ type }) => type !== 'unresponsive', true),
    );
  });
}

/** The longest interval before the first answer, in ms. */
const EAGER = 1_000;

const interval = checkThat(
  (value) => isDelay(value) && value !== 0,
  `is not a delay. Give milliseconds: a number above 0, up to ${String(MAX_DELAY)}.`,
);
const port = checkThat(
  (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535,
  'is not a port. Give a whole number from 1 to 65535.',
);
const stream = observable('Give milliseconds, or an Observable of them.');

/** Options that `heartbeat$` and sessions share. The `port` of a session is a name. */
export const sharedHeartbeatOptions: {
  readonly route: Check;
  readonly timeout: Check;
  readonly tolerance: Check;
  readonly startTimeout: Check;
} = {
  route: checkThat(
    (value) => typeof value === 'string' && value.startsWith('/'),
    "is not a route. Give a string that begins with '/'.",
  ),
  timeout: interval,
  tolerance: count('a number of failures', 0),
  startTimeout: delay,
};
const heartbeatOptions = {
  ...sharedHeartbeatOptions,
  url: string('a URL'),
  port,
  every: (value: unknown) => (typeof value === 'number' ? interval(value) : stream(value)),
  now$: observable('Give an Observable, or leave it out.'),
  effects: effectsWith(['check$']),
};

/** Polls without a pause would keep both sides busy. */
function checkInterval(every: number): void {
  checkArgument('every', every, interval);
}

function urlOf(target: HeartbeatTarget): string {
  return 'url' in target ? target.url : `http://localhost:${String(target.port)}${target.route ?? '/'}`;
}
