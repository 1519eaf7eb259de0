import { releaseParked } from './lanes.js';
import type { PoolState } from './poolState.js';
import { takesRequests } from './slot.js';
import type { Retirement, Slot } from './ticket.js';

/** Sends no more requests to the worker. It leaves when it has finished its own. */
export function leave(state: PoolState, slot: Slot): void {
  if (slot.exit !== undefined) return;
  slot.exit = 'draining';
  releaseParked(state, slot);
  state.changed = true;
  if (slot.retire === 'unresponsive' && slot.link !== undefined) watchLife(state, slot);
}

/** Pings an unresponsive worker. Without an answer within the grace period, it is blocked. */
export function watchLife(state: PoolState, slot: Slot): void {
  const { actions } = state;
  if (slot.link === undefined) return;
  slot.silent = true;
  actions.push({ type: 'ping', link: slot.link });
  actions.push({ type: 'arm', slot, timer: 'life', ms: state.plan.grace });
}

/** Performs the next step for each leaving worker: it drains, stops softly, is removed. */
export function advanceLeaving(state: PoolState): void {
  for (const slot of state.slots) {
    if (slot.exit === 'draining' && isDrained(slot)) {
      // A worker that ignores a cancellation still works, so it is stopped hard.
      const skips = slot.state === 'starting' || slot.retire === 'unresponsive';
      if (slot.link === undefined || skips) remove(state, slot);
      else {
        slot.exit = 'asked';
        state.actions.push({ type: 'askToStop', link: slot.link });
      }
    } else if (slot.exit === 'asked' && slot.link === undefined) remove(state, slot);
  }
}

/** Removes the worker from the supervisor. */
export function remove(state: PoolState, slot: Slot): void {
  const { actions } = state;
  if (slot.exit === 'removing') return;
  slot.exit = 'removing';
  actions.push({ type: 'remove', slot });
}

/** Marks a worker for replacement. */
export function retire(state: PoolState, slot: Slot, why: Retirement): void {
  if (slot.exit !== undefined || !takesRequests(slot)) return;
  const isUrgent = why === 'spent' || why === 'unresponsive';
  if (!isUrgent && (slot.kept || slot.retire !== undefined)) return;
  slot.retire = why;
  state.changed = true;
  if (isUrgent) releaseParked(state, slot);
}

/** Whether it has finished its requests. Overdue ones do not count. */
function isDrained({ link, held, overdue, state, retire }: Slot): boolean {
  if (link === undefined) return true;
  const isBusy = state === 'busy' && retire !== 'unresponsive';
  return held.size() <= overdue && !isBusy && link.streams.count() === 0;
}
