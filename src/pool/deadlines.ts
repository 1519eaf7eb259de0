import type { SchedulerLike, Subscription } from 'rxjs';

/** Something that is due later, until it is taken back. */
export interface Deadline {
  readonly clear: () => void;
}

export interface Deadlines {
  /** Calls back in so many ms. */
  readonly set: (ms: number, onDue: () => void) => Deadline;
}

/**
 * Timers for very many requests: those of one duration are due in the order they were set, so that they share one
 * timer, and setting and clearing costs next to nothing. None is left when nothing is due.
 */
export function deadlines(scheduler: SchedulerLike): Deadlines {
  const lists = new Map<number, Deadlines['set']>();
  return {
    set: (ms, onDue) => {
      let set = lists.get(ms);
      if (set === undefined) {
        set = listOf(scheduler, () => lists.delete(ms));
        lists.set(ms, set);
      }
      return set(ms, onDue);
    },
  };
}

/** Those of one duration. */
function listOf(scheduler: SchedulerLike, onEmpty: () => void): Deadlines['set'] {
  // A set keeps their order, and lets go of those in the middle.
  const entries = new Set<{ readonly due: number; readonly onDue: () => void }>();
  let timer: Subscription | undefined;
  let firing = false;

  return (ms, onDue) => {
    const entry = { due: scheduler.now() + ms, onDue };
    entries.add(entry);
    if (!firing) timer ??= scheduler.schedule(fire, ms);
    return {
      clear: () => {
        if (entries.delete(entry)) rest();
      },
    };
  };

  function fire(): void {
    timer?.unsubscribe();
    timer = undefined;
    const now = scheduler.now();
    firing = true;
    for (const entry of entries) {
      if (entry.due > now) break;
      entries.delete(entry);
      entry.onDue();
    }
    firing = false;
    const [next] = entries;
    if (next !== undefined) timer = scheduler.schedule(fire, next.due - now);
    rest();
  }

  function rest(): void {
    if (firing || entries.size > 0) return;
    timer?.unsubscribe();
    timer = undefined;
    onEmpty();
  }
}
