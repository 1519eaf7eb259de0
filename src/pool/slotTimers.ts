import type { SchedulerLike, Subscription } from 'rxjs';
import type { Input, SlotTimer } from './scheduler/inputs.js';
import type { Slot } from './scheduler/slot.js';

/** What is waited for with each worker, one of each kind at most. */
export interface SlotTimers {
  /** In place of one of that kind that has not come yet. */
  readonly arm: (slot: Slot, timer: SlotTimer, ms: number) => void;
  readonly disarm: (slot: Slot, timer: SlotTimer) => void;
  readonly armIdle: (ms: number) => void;
  readonly disarmIdle: () => void;
}

export function slotTimers(scheduler: SchedulerLike, put: (input: Input) => void): SlotTimers {
  const armed = new Map<string, Subscription>();
  const disarm = (key: string): void => {
    armed.get(key)?.unsubscribe();
    armed.delete(key);
  };
  const arm = (key: string, ms: number, input: Input): void => {
    disarm(key);
    if (ms === Infinity) return;
    const due = (): void => {
      disarm(key);
      put(input);
    };
    armed.set(key, scheduler.schedule(due, ms));
  };
  return {
    arm: (slot, timer, ms) => arm(keyOf(slot, timer), ms, { type: 'due', slot, timer }),
    disarm: (slot, timer) => disarm(keyOf(slot, timer)),
    armIdle: (ms) => arm('idle', ms, { type: 'idle' }),
    disarmIdle: () => disarm('idle'),
  };
}

function keyOf({ number }: Slot, timer: SlotTimer): string {
  return `${String(number)} ${timer}`;
}
