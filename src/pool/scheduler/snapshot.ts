import type { PoolStatus, WorkerStatus } from '../poolStatus.js';
import { type PoolState, waitingFor } from './poolState.js';
import { isOnTheWay, type Slot, takesRequests } from './slot.js';

/** A pool at a glance. */
export function snapshot(state: PoolState): PoolStatus {
  const { phase, slots, size, hopeless } = state;
  return {
    state: phase === 'open' ? (hopeless ? 'failed' : isOnline(state) ? 'online' : 'starting') : ended[phase],
    size,
    queued: waitingFor(state),
    outstanding: slots.reduce((sum, { held }) => sum + held.size(), 0),
    workers: slots.map(statusOf),
  };
}

/**
 * How many requests its workers can have in hand. With `min` those that it may start count, as far as requests can wait for
 * them: it starts workers for what waits.
 */
export function capacityOf({ slots, plan, size, wanted, phase }: PoolState): number {
  const staying = slots.filter((slot) => takesRequests(slot));
  const ready = roomOf(staying.filter(({ state }) => state === 'ready').length, plan.concurrency);
  if (plan.min === undefined || phase !== 'open') return ready;
  const more = roomOf(staying.filter(isOnTheWay).length + size - wanted, plan.concurrency);
  return ready + (plan.onFull === 'wait' ? more : Math.min(more, plan.max));
}

/** Without a worker, an infinite concurrency is none. */
function roomOf(workers: number, concurrency: number): number {
  return workers === 0 ? 0 : workers * concurrency;
}

/** A worker at a glance. */
export function statusOf(slot: Slot): WorkerStatus {
  const { number, pid, state, exit, held, sockets, served, health } = slot;
  const isLeaving = exit !== undefined || (state !== 'failed' && !takesRequests(slot));
  return {
    worker: number,
    pid,
    state: isLeaving ? 'leaving' : state,
    outstanding: held.size(),
    sockets,
    served,
    rss: health?.rss,
  };
}

const ended = { draining: 'draining', emptying: 'draining', stopping: 'draining', stopped: 'stopped' } as const;

/** As many are ready as there are to be; one that is being replaced counts until the new one is ready. */
function isOnline({ slots, size, plan }: PoolState): boolean {
  const ready = slots.filter(({ exit, state }) => exit === undefined && (state === 'ready' || state === 'busy'));
  return ready.length >= Math.min(plan.min ?? size, size);
}
