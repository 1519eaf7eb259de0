import type { SchedulerLike, Subscription } from 'rxjs';
import type { Slot } from './slot.js';

/** What is waited for with each worker: one thing at most. */
export interface Watches {
  /** Calls back in so many ms, unless something else is waited for by then, or nothing any more. */
  readonly set: (slot: Slot, ms: number, onDue: () => void) => void;
  readonly clear: (slot: Slot) => void;
}

export function watches(scheduler: SchedulerLike): Watches {
  const waits = new Map<Slot, Subscription>();
  const clear = (slot: Slot): void => {
    waits.get(slot)?.unsubscribe();
    waits.delete(slot);
  };
  return {
    set: (slot, ms, onDue) => {
      clear(slot);
      const due = (): void => {
        clear(slot);
        onDue();
      };
      waits.set(slot, scheduler.schedule(due, ms));
    },
    clear,
  };
}
