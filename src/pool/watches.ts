import type { Deadline, Deadlines } from './deadlines.js';
import type { Slot } from './slot.js';

/** What is waited for with each worker: one thing at most. */
export interface Watches {
  /** Calls back in so many ms, unless something else is waited for by then, or nothing any more. */
  readonly set: (slot: Slot, ms: number, onDue: () => void) => void;
  readonly clear: (slot: Slot) => void;
}

export function watches(deadlines: Deadlines): Watches {
  const set = new Map<Slot, Deadline>();
  const clear = (slot: Slot): void => {
    set.get(slot)?.clear();
    set.delete(slot);
  };
  return {
    set: (slot, ms, onDue) => {
      clear(slot);
      set.set(slot, deadlines.set(ms, onDue));
    },
    clear,
  };
}
