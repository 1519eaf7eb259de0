import type { PoolPlan } from './planPool.js';
import type { Slot } from './slot.js';

/** Replaces workers that have done enough, one at a time: first the new one is ready, then the old one leaves. */
export interface Recycler {
  /** Looks whether it has done enough. */
  readonly check: (slot: Slot) => void;
  /** The state of some worker has changed. */
  readonly tend: () => void;
  /** Whether a worker is there to replace another one. */
  readonly isSpare: (slot: Slot) => boolean;
  readonly stop: () => void;
}

export interface RecyclerOptions {
  readonly plan: PoolPlan;
  readonly add: () => Slot;
  readonly leave: (slot: Slot) => Promise<void>;
  readonly discard: (slot: Slot) => Promise<void>;
}

export function recycler({ plan, add, leave, discard }: RecyclerOptions): Recycler {
  const { maxRequests, maxRss, maxAge } = plan.recycle;
  const due = new Set<Slot>();
  let change: { readonly old: Slot; readonly fresh: Slot } | undefined;
  let stopped = false;

  return {
    check: (slot) => {
      if (maxAge !== Infinity) {
        slot.ageing ??= plan.scheduler.schedule(() => {
          request(slot);
        }, maxAge);
      }
      if (slot.served >= maxRequests || (slot.health?.rss ?? 0) > maxRss) request(slot);
    },
    tend,
    isSpare: (slot) => change?.fresh === slot,
    stop: () => {
      stopped = true;
      due.clear();
    },
  };

  function request(slot: Slot): void {
    if (stopped || slot.leaving || slot === change?.old) return;
    due.add(slot);
    begin();
  }

  function begin(): void {
    if (change !== undefined) return;
    const [old] = due;
    if (old === undefined) return;
    due.delete(old);
    if (old.leaving || old.state === 'failed') begin();
    else change = { old, fresh: add() };
  }

  function tend(): void {
    if (change === undefined) return;
    const { old, fresh } = change;
    // The old one has been taken out by somebody else meanwhile: then there is nobody to replace.
    if (fresh.state === 'failed' || fresh.leaving) end(fresh.leaving ? undefined : discard(fresh));
    else if (old.leaving) end(leave(fresh));
    else if (fresh.state === 'ready') end(leave(old));
  }

  function end(work: Promise<void> | undefined): void {
    change = undefined;
    void work;
    begin();
  }
}
