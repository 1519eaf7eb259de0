import { releaseParked } from './lanes.js';
import type { Turn } from './poolState.js';
import { type Retirement, type Slot, takesRequests } from './slot.js';

/** Another worker is to take its place. */
export function retire({ state }: Turn, slot: Slot, why: Retirement): void {
  if (slot.exit !== undefined || !takesRequests(slot)) return;
  const isUrgent = why === 'spent' || why === 'unresponsive';
  if (!isUrgent && (slot.kept || slot.retire !== undefined)) return;
  slot.retire = why;
  state.changed = true;
  if (isUrgent) releaseParked(state, slot);
}
