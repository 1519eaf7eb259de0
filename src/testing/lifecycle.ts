import { NEVER, type Observable, type SchedulerAction, Subscription } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { managed$ } from '../managed.js';
import { checkArgument, checkOptions, type OptionChecks } from '../model/check.js';
import { callback, count } from '../model/checks.js';
import type { ChildEvent } from '../model/childEvent.js';
import type { Command } from '../model/command.js';
import { RxvisorError } from '../model/errors.js';
import type { ChildSpec } from '../model/spec/childSpec.js';
import { assertFrames } from './assertFrames.js';
import { commandsOf, formatTime } from './diagram.js';
import { type EventPattern, expectedEvents, observe } from './expectedEvents.js';
import { type FakeOptions, fakeOptions, type FakeRuns, readRuns } from './fakeChild.js';
import { type FakeChild, fakeEffects, type FakeSpawn } from './fakeEffects.js';

/** A notification of a stream: its time in ms, and the type of the event. */
export type TimelineEntry = readonly [number, ChildEvent['type'] | 'complete' | 'error'];

/** The helpers of {@link lifecycle}: those of `TestScheduler.run`, and more. */
export interface LifecycleHelpers extends RunHelpers {
  /** As `fakeChild`, in virtual time. */
  readonly fake: (runs: FakeRuns, options?: Omit<FakeOptions, 'scheduler'>) => FakeChild;
  /**
   * Runs the real `managed$` with a fake child. The spec needs no program. `commands` is an Observable or a diagram: `S` stop, `R`
   * restart, `F` reset (forget the crashes), `L` reopenLogs.
   */
  readonly managed: (
    child: FakeChild,
    spec?: ChildSpec,
    commands?: Observable<Command> | string,
  ) => Observable<ChildEvent>;
  /**
   * Compares the events with a diagram in the letters of the `legend`.
   *
   * `values` defines letters by some fields: `{ b: { delay: 500 } }`. A diagram that ends in `...` ignores later events.
   *
   * @param subscription when to subscribe and unsubscribe: `'^ 31m !'`. Default: subscribe at once, never unsubscribe
   */
  readonly expectLifecycle: (
    event$: Observable<ChildEvent>,
    subscription?: string,
  ) => { readonly toBe: (marbles: string, values?: Readonly<Record<string, EventPattern>>) => void };
  /** As in RxJS; also for the `spawns` of a fake. */
  readonly expectSubscriptions: (logs: FakeSpawn[]) => { readonly toBe: (marbles: string | string[]) => void };
  /**
   * Runs the virtual time to its end, and returns the notifications: `[[0, 'spawned'], [2_000, 'exited'], …]`.
   *
   * @param subscription as in `expectLifecycle`
   * @throws RxvisorError with code `ERR_OPTION` if the stream does not end
   */
  readonly timeline: (event$: Observable<ChildEvent>, subscription?: string) => readonly TimelineEntry[];
}

/** The limits of a test, so that it never hangs. */
export interface Bounds {
  /** The virtual time in ms after which everything ends. Default `86_400_000`, a day. */
  readonly maxTime?: number | undefined;
  /** The number of scheduled actions after which everything ends: for loops that take no time. Default `20_000`. */
  readonly maxSteps?: number | undefined;
}

/** A test scheduler with bounds. */
export interface BoundedScheduler {
  readonly scheduler: TestScheduler;
  /** Sets the bounds. Call it in `run`, which removes them. */
  readonly bind: () => void;
  /** The bound that was reached: `24h of virtual time`. Undefined: none. */
  readonly endedAt: () => string | undefined;
}

const boundsOptions: OptionChecks<Bounds> = {
  maxTime: count('a time in ms', 0),
  maxSteps: count('a number of steps', 0),
};

/**
 * Tests a policy in virtual time: `TestScheduler.run` with fake children and expectations on their events.
 *
 * ```text
 * fake        s 2s x
 * managed     (sr) 1997ms (xb) 96ms (sr) 1997ms (xb) ...      with restartAt: [100, 500]
 * ```
 * - It works in any test runner: a failed expectation is an `AssertionError` of Node.
 * - The letters are those of the `legend`: `s` spawned, `r` ready, `o` output, `x` a crash, `b` backingOff, and so on.
 * - The message of a failure shows the expected and the actual marbles, and the actual events as a diagram to paste.
 * - A test never hangs: after a day of virtual time everything ends, and the message of a failure says so.
 *
 * @param work the test; called at once. Expectations are checked when it returns, or at `flush()`
 * @param bounds see {@link Bounds}. Default `{}`
 * @returns the result of `work`
 * @throws AssertionError for a failed expectation, RxvisorError with code `ERR_OPTION` for an invalid argument or diagram; errors
 * that `work` throws
 * @example
 * ```ts
 * import { lifecycle } from 'rxvisor/testing';
 *
 * lifecycle(({ fake, managed, expectLifecycle }) => {
 *   const child = fake(['s 2s x', 's']); // crashes once, then runs
 *   expectLifecycle(managed(child, {}, '5s S')).toBe('(sr) 1997ms (xb) 96ms (sr) 2895ms p(q|)');
 * });
 * ```
 */
export function lifecycle<T>(work: (helpers: LifecycleHelpers) => T, bounds: Bounds = {}): T {
  checkArgument('work', work, callback);
  checkOptions(bounds, boundsOptions);
  const { scheduler, bind, endedAt } = boundedScheduler(bounds, assertFrames);
  const checks: (() => void)[] = [];
  let open = 0;

  return scheduler.run((helpers) => {
    bind();
    const result = work({ ...helpers, flush, fake, managed: managedWith(helpers), expectLifecycle, timeline });
    if (result instanceof Promise) {
      throw wrong('work returned a promise, but virtual time ends with the call. Remove async and await.');
    }
    flush();
    if (open > 0) throw wrong("expectLifecycle(…) without .toBe('…') checks nothing. Add .toBe('…').");
    return result;
  });

  function flush(): void {
    scheduler.flush();
    for (const check of checks.splice(0)) check();
  }

  function fake(runs: FakeRuns, options: Omit<FakeOptions, 'scheduler'> = {}): FakeChild {
    checkOptions(options, { onStop: fakeOptions.onStop, values: fakeOptions.values });
    return fakeEffects({ ...readRuns(runs, options), origin: 0 });
  }

  function expectLifecycle(event$: Observable<ChildEvent>, subscription?: string) {
    const { from, until } = windowOf(subscription);
    open += 1;
    const toBe = (marbles: string, values: Readonly<Record<string, EventPattern>> = {}): void => {
      open -= 1;
      const site: { stack?: string } = {};
      Error.captureStackTrace(site, toBe);
      const stack = site.stack?.replace(/^.*\n/, '');
      const expected = expectedEvents(marbles, values);
      const { notifications, closed } = observe(event$, scheduler, { from, until: Math.min(until, expected.until) });
      checks.push(() => {
        expected.compare(notifications, closed() ? undefined : hint(), stack);
      });
    };
    return { toBe };
  }

  function timeline(event$: Observable<ChildEvent>, subscription?: string): readonly TimelineEntry[] {
    const { notifications, closed } = observe(event$, scheduler, windowOf(subscription));
    flush();
    const endless = closed() ? undefined : hint();
    if (endless !== undefined) throw wrong(`timeline: ${endless}`);
    return notifications.map((one): TimelineEntry => [one.frame, one.type === 'next' ? one.value.type : one.type]);
  }

  function hint(): string | undefined {
    const bound = endedAt();
    return bound === undefined
      ? undefined
      : `The stream does not end; the test was ended after ${bound}. End the diagram in '...', or unsubscribe, ` +
          `(event$, '31m !'), or stop the child, managed(child, spec, '31m S').`;
  }
}

function managedWith(helpers: RunHelpers): LifecycleHelpers['managed'] {
  return (child, spec = {}, commands = NEVER) => {
    const program = spec.command === undefined ? { script: 'child.mjs' } : {};
    const ready = child.saysReady && spec.command === undefined ? { ready: 'message' as const } : {};
    const command$ = typeof commands === 'string' ? helpers.cold(...commandsOf(commands)) : commands;
    return managed$({ ...program, ...ready, ...spec }, command$, { effects: child });
  };
}

function windowOf(subscription = '^'): { readonly from: number; readonly until: number } {
  const log = TestScheduler.parseMarblesAsSubscriptions(`${subscription.replace(/\s+/g, ' ')} `, true);
  return { from: log.subscribedFrame === Infinity ? 0 : log.subscribedFrame, until: log.unsubscribedFrame };
}

function wrong(problem: string): RxvisorError {
  return new RxvisorError('ERR_OPTION', `lifecycle: ${problem}`);
}

/** Makes a test scheduler that ends by itself: a policy that restarts for ever fails its test, and does not hang it. */
function boundedScheduler(
  { maxTime = 24 * 60 * 60_000, maxSteps = 20_000 }: Bounds,
  assertEqual: (actual: unknown, expected: unknown) => void,
): BoundedScheduler {
  const scheduler = new TestScheduler(assertEqual);
  const schedule = scheduler.schedule.bind(scheduler);
  let steps = 0;
  scheduler.schedule = <T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T) => {
    steps += 1;
    if (steps <= maxSteps) return schedule(work, delay, state);
    // An empty queue ends the run. An error here would only reach the code that schedules.
    scheduler.actions.length = 0;
    return Subscription.EMPTY;
  };
  return {
    scheduler,
    bind: () => {
      scheduler.maxFrames = maxTime;
    },
    endedAt: () => {
      if (steps > maxSteps) return `${maxSteps.toLocaleString('en')} scheduled steps`;
      return scheduler.actions.length > 0 ? `${formatTime(maxTime)} of virtual time` : undefined;
    },
  };
}
