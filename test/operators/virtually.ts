import { inspect } from 'node:util';
import { EMPTY, type Observable, type SchedulerAction, type SchedulerLike } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { expect } from 'vitest';
import type { ChildEvent } from '../../src/index.js';
import { summary } from './events.js';

/** The virtual clock as a scheduler, which says how many actions wait on it. */
export interface Clock extends SchedulerLike {
  readonly armed: () => number;
}

export interface Virtual extends RunHelpers {
  readonly clock: Clock;
  readonly now: () => number;
  /** Subscribes, and records what comes: `100 exited#1 1`, `100 complete`. */
  readonly timeline: (event$: Observable<ChildEvent>, options?: TimelineOptions) => string[];
}

interface TimelineOptions {
  /** Unsubscribes after so many ms. */
  readonly until?: number;
  /** Records these too: `100 ask`. */
  readonly also$?: Observable<{ readonly type: string }>;
  /** Called for each event, once it is recorded. */
  readonly react?: (event: ChildEvent) => void;
}

/** Runs `work` in virtual time, to the end of all that it started, and gives what it gave. A frame is 1 ms. */
export function virtually<T>(work: (virtual: Virtual) => T): T {
  const scheduler = new TestScheduler((actual: unknown, expected: unknown) => {
    expect(asLines(actual)).toEqual(asLines(expected));
  });
  const clock = clockOf(scheduler);
  return scheduler.run((helpers) => {
    const timeline: Virtual['timeline'] = (event$, { until, also$ = EMPTY, react } = {}) => {
      const received: string[] = [];
      const say = (text: string) => received.push(`${clock.now()} ${text}`);
      also$.subscribe(({ type }) => say(type));
      const subscription = event$.subscribe({
        next: (event) => {
          say(summary(event));
          react?.(event);
        },
        error: (error: unknown) => say(`error ${String(error)}`),
        complete: () => say('complete'),
      });
      if (until !== undefined) {
        clock.schedule(() => {
          subscription.unsubscribe();
        }, until);
      }
      return received;
    };
    return work({ ...helpers, clock, now: clock.now, timeline });
  });
}

function clockOf(scheduler: SchedulerLike): Clock {
  let armed = 0;
  return {
    now: () => scheduler.now(),
    schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T) {
      armed += 1;
      const action = scheduler.schedule(work, delay, state);
      action.add(() => (armed -= 1));
      return action;
    },
    armed: () => armed,
  };
}

/** Frames as lines, `undefined` fields included, stacks not: a failure shows which frame differs, and how. */
function asLines(frames: unknown): string[] {
  return (frames as readonly unknown[]).map((frame) =>
    inspect(frame, { breakLength: Infinity, depth: 9, sorted: true }).replace(/\n\s+at .*/g, ''),
  );
}
