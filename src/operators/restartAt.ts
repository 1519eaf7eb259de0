import {
  asyncScheduler,
  catchError,
  concat,
  defer,
  EMPTY,
  filter,
  map,
  merge,
  type MonoTypeOperatorFunction,
  NEVER,
  type Observable,
  of,
  repeat,
  type SchedulerLike,
  Subject,
  switchMap,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { checkOptions, type OptionChecks } from '../model/check.js';
import { checkScheduler, commands, count, delay, listOf, oneOf, restartLimit } from '../model/checks.js';
import { type ChildEvent, isTerminal, type Refused } from '../model/childEvent.js';
import { type Command, isRunCommand } from '../model/command.js';
import { withAttempt } from '../model/rawOutput.js';
import type { Schedule } from '../model/spec/childSpec.js';
import { scheduleOf } from '../model/spec/schedule.js';
import { deadline$ } from './deadline.js';
import { withStable } from './resetAfter.js';
import { type RestartOptions, type RestartPolicy, restartPolicy } from './restartPolicy.js';

const restartOptions: OptionChecks<RestartOptions> = {
  restartOk: delay,
  restartOn: oneOf('a cause of restarts', ['crash', 'exit']),
  stopExitCodes: listOf('a list of exit codes', 'Give an array of whole numbers.', count('an exit code', 0)),
  limit: restartLimit,
  command$: commands,
};

/**
 * Runs a child again when it has ended, after the delays of a schedule.
 *
 * ```text
 * run$                           s 2s (x|)
 * restartAt([100, 500])          s 2s (xb) 100ms s 2s (xb) 500ms s 2s (xb) 500ms s ...
 * ```
 * `s` spawned, `x` exited with a crash, `b` backingOff. A stop in the back-off ends it at once:
 * ```text
 * command$                       2050ms S
 * restartAt([100], {command$})   s 2s (xb) 46ms (p|)     p: stopping
 * ```
 *
 * - A crash is a non-zero exit, a signal, or a failed spawn that nobody asked for. The last delay repeats for ever.
 * - `[]` and `[0]` mean never: a crash is followed by `gaveUp`.
 * - After `restartOk` of one run, `stable` is emitted and the schedule starts over. A run that ends at exactly
 *   `restartOk` was not stable.
 * - `limit` is a sliding window over the restarts the schedule makes, whatever its delays; beyond it `gaveUp`.
 * - A run that says `stable` or `gaveUp` itself is believed: {@link resetAfter} and {@link giveUpOn}, put before this,
 *   say so, and an operator of your own can. No run follows `gaveUp`.
 * - A `restart` command is followed by a run that is not counted; `stop` outranks it. By hand, it starts the schedule and the
 *   limit over, as `reset` does; one with a `trigger` does not.
 * - Events are given the number of their run as `attempt`.
 *
 * It resubscribes flatly, and always from a timer: 100,000 restarts leave heap and stack as they were.
 *
 * @param delays in ms, each finite and from 0 to 2147483647; or a schedule, such as {@link exponential} makes
 * @param options see {@link RestartOptions}
 * @param scheduler for the delays, `restartOk` and the window. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION`, for a wrong delay in a list
 * @throws errors of `run$` are passed on, without a restart: how a child ends is a value, not an error. So is what a
 * schedule throws, and `ERR_OPTION` for a wrong delay that it gives
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { restartAt, type ChildEvent } from 'rxvisor';
 *
 * const crash: ChildEvent = { type: 'exited', attempt: 1, code: 1, signal: null, uptime: 5, expected: false };
 * of(crash)
 *   .pipe(restartAt([]))
 *   .subscribe((event) => {
 *     console.log(event.type); // exited, gaveUp
 *   });
 * ```
 */
export function restartAt(
  delays: readonly number[] | Schedule,
  options: RestartOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<ChildEvent> {
  const schedule = scheduleOf(delays);
  checkOptions(options, restartOptions);
  checkScheduler(scheduler);
  const { restartOk = 30 * 60_000, command$: commands$ = NEVER } = options;
  // Whoever made the commands hears of their failure; here it only means that there will be no more.
  const command$ = commands$.pipe(catchError(() => EMPTY));
  return (run$) =>
    defer(() => {
      const policy = restartPolicy(schedule, options);
      const attempt$ = defer(() => {
        const attempt = policy.startRun(scheduler.now());
        return run$.pipe(
          map((event) => withAttempt(event, attempt)),
          // A timer, not a subtraction, and so immune to steps of the clock.
          withStable(() => deadline$(restartOk, scheduler), isSettled),
          tap((event) => {
            policy.onEvent(event);
          }),
        );
      });
      const pause$ = defer(() => pauseAfter$(policy, command$, scheduler));
      const over$ = new Subject<true>();
      const life$ = concat(attempt$, pause$).pipe(
        repeat({ delay: () => (policy.isOver() ? EMPTY : of(true)) }),
        tap({ complete: () => over$.next(true) }),
      );
      // Commands are heard here before the runs hear them: the verdict at the end of a run knows what was asked for.
      return merge(refusedCommand$(policy, command$).pipe(takeUntil(over$)), life$);
    });
}

/** Notes every command, and refuses those that are for a run when there is none. */
function refusedCommand$(policy: RestartPolicy, command$: Observable<Command>): Observable<Refused> {
  return command$.pipe(
    tap((command) => {
      policy.onCommand(command);
    }),
    filter(isRunCommand),
    filter(() => !policy.isRunning()),
    tap((command) => {
      if (command.type === 'send') command.onResult?.('not running');
    }),
    map(({ type }) => ({ type: 'refused', command: type, reason: 'not running', ...policy.origin() })),
  );
}

/** A run is stable once: one that has said so by itself does not hear it from here. */
function isSettled(event: ChildEvent): boolean {
  return isTerminal(event) || event.type === 'stable';
}

/** What stands between two runs: the verdict on the last one, and the wait for the next. */
function pauseAfter$(
  policy: RestartPolicy,
  command$: Observable<Command>,
  scheduler: SchedulerLike,
): Observable<ChildEvent> {
  const decision = policy.decide(scheduler.now());
  if (decision.type === 'end') return EMPTY;
  const origin = policy.origin();
  if (decision.type === 'giveUp') return of({ type: 'gaveUp', reason: decision.reason, ...origin });

  const announced$: Observable<ChildEvent> =
    decision.type === 'now'
      ? EMPTY
      : of({ type: 'backingOff', delay: decision.delay, crashes: decision.crashes, ...origin });
  const done$ = merge(
    timer(decision.delay, scheduler),
    command$.pipe(filter(({ type }) => type === 'stop')),
    command$.pipe(
      filter(({ type }) => type === 'restart'),
      switchMap(() => timer(0, scheduler)),
    ),
  );
  return concat(
    merge(announced$, NEVER).pipe(takeUntil(done$)),
    defer((): Observable<ChildEvent> =>
      policy.isOver() ? of({ type: 'stopping', reason: 'stop', ...origin }) : EMPTY,
    ),
  );
}
