import type { Slot } from './slot.js';

/** Whether a worker can be sent one more request. */
export function hasRoom(slot: Slot, concurrency: number): boolean {
  return slot.state === 'ready' && !slot.leaving && slot.load < concurrency;
}
