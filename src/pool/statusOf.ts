import type { WorkerStatus } from './poolStatus.js';
import type { Slot } from './slot.js';

export function statusOf({ number, pid, state, leaving, held, sockets, served, health }: Slot): WorkerStatus {
  return {
    worker: number,
    pid,
    state: leaving ? 'leaving' : state,
    outstanding: held.size(),
    sockets,
    served,
    rss: health?.rss,
  };
}
