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
 * Restarts a child when it has crashed, after the delays of a schedule.
 *
 * ```text
 * run$                           s 2s (x|)
 * restartAt([100, 500])          s 2s (xb) 100ms s 2s (xb) 500ms s 2s (xb) 500ms s ...
 * ```
 * `s` spawned, `x` exited with a crash, `b` backingOff. A stop ends a back-off at once:
 * ```text
 * command$                       2050ms S
 * restartAt([100], {command$})   s 2s (xb) 46ms (p|)     p: stopping
 * ```
 *
 * - A crash is an unexpected exit with a non-zero code or by a signal, or a failed spawn. The last delay repeats for ever.
 * - `[]` and `[0]` mean never: after a crash comes `gaveUp`.
 * - When a run has lasted for `restartOk`, `stable` is emitted and the schedule starts over. A run that ends at exactly
 *   `restartOk` was not stable.
 * - `limit` is a sliding window over the restarts of the schedule. When it is reached, `gaveUp` comes instead of a restart.
 * - `stable` and `gaveUp` events of the run itself have the same effect. {@link resetAfter} and {@link giveUpOn} emit them, and
 *   so can an operator of your own. No run follows `gaveUp`.
 * - The run after a `restart` command does not count as a crash. Without a `trigger`, `restart` also starts the schedule and the
 *   limit over, as `reset` does. `stop` outranks `restart`.
 * - Events get the number of their run as `attempt`.
 *
 * Memory and stack stay flat over 100,000 restarts: each one subscribes again from a timer.
 *
 * @param delays a list of ms, each from 0 to 2147483647; or a function, such as {@link exponential} makes
 * @param options see {@link RestartOptions}. Default `{}`
 * @param scheduler for the delays, `restartOk` and the window of `limit`. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION` for an invalid argument
 * @throws errors of `run$`, without a restart: a crash is an event, not an error. Also errors that a schedule throws, and
 * `ERR_OPTION` if it returns a value that is not a delay
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
  // The owner of the commands handles their errors. Here an error only means that no more commands come.
  const command$ = commands$.pipe(catchError(() => EMPTY));
  return (run$) =>
    defer(() => {
      const policy = restartPolicy(schedule, options);
      const attempt$ = defer(() => {
        const attempt = policy.startRun(scheduler.now());
        return run$.pipe(
          map((event) => withAttempt(event, attempt)),
          // A timer, not a difference of times: it is immune to changes of the clock.
          withStable(() => deadline$(restartOk, scheduler), isSettled),
          tap((event) => {
            policy.onEvent(event);
          }),
        );
      });
      const pause$ = defer(() => pauseAfter$(policy, command$, scheduler));
      const over$ = new Subject<true>();
      const allRuns$ = concat(attempt$, pause$).pipe(
        repeat({ delay: () => (policy.isOver() ? EMPTY : of(true)) }),
        tap({ complete: () => over$.next(true) }),
      );
      // The policy subscribes to the commands before the runs do: at the end of a run it knows what was requested.
      return merge(refusedCommand$(policy, command$).pipe(takeUntil(over$)), allRuns$);
    });
}

/** Passes every command to the policy, and refuses commands for a run between two runs. */
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

/** A run is stable only once: no timer is needed after its end, or after a `stable` event of its own. */
function isSettled(event: ChildEvent): boolean {
  return isTerminal(event) || event.type === 'stable';
}

/** What happens between two runs: the decision about the last one, and the wait for the next one. */
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
