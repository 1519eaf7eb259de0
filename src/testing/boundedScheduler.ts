import { type SchedulerAction, Subscription } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { formatTime } from './formatTime.js';

export interface Bounds {
  /** The virtual ms after which everything ends. Default `86_400_000`, a day. */
  readonly maxTime?: number | undefined;
  /** How many things may be scheduled before everything ends: for what goes round in no time. Default `20_000`. */
  readonly maxSteps?: number | undefined;
}

export interface BoundedScheduler {
  readonly scheduler: TestScheduler;
  /** To be called in `run`, which takes every bound away. */
  readonly bind: () => void;
  /** The bound at which it has ended, if it has: `24h of virtual time`. */
  readonly endedAt: () => string | undefined;
}

/** A test scheduler that ends by itself, so that a policy that restarts for ever fails its test instead of hanging it. */
export function boundedScheduler(
  { maxTime = 24 * 60 * 60_000, maxSteps = 20_000 }: Bounds,
  assertEqual: (actual: unknown, expected: unknown) => void,
): BoundedScheduler {
  const scheduler = new TestScheduler(assertEqual);
  const schedule = scheduler.schedule.bind(scheduler);
  let steps = 0;
  scheduler.schedule = <T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T) => {
    steps += 1;
    if (steps <= maxSteps) return schedule(work, delay, state);
    // An empty queue is the end; an error would only reach whoever schedules.
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
