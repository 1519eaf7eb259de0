import { releaseParked } from './lanes.js';
import type { PoolState } from './poolState.js';
import { takesRequests } from './slot.js';
import type { Retirement, Slot } from './ticket.js';

/** It gets nothing more, and leaves once it has finished what it has. */
export function leave(state: PoolState, slot: Slot): void {
  if (slot.exit !== undefined) return;
  slot.exit = 'draining';
  releaseParked(state, slot);
  state.changed = true;
  if (slot.retire === 'unresponsive' && slot.link !== undefined) watchLife(state, slot);
}

/** Asks an unresponsive worker for a sign of life: one that gives none for the grace period is blocked. */
export function watchLife(state: PoolState, slot: Slot): void {
  const { actions } = state;
  if (slot.link === undefined) return;
  slot.silent = true;
  actions.push({ type: 'ping', link: slot.link });
  actions.push({ type: 'arm', slot, timer: 'life', ms: state.plan.grace });
}

/** Takes the next step with those that leave: drained, stopped softly, gone. */
export function advanceLeaving(state: PoolState): void {
  for (const slot of state.slots) {
    if (slot.exit === 'draining' && isDrained(slot)) {
      // What ignores a cancelled request is not done with what it began, so that it is stopped, not asked.
      const skips = slot.state === 'starting' || slot.retire === 'unresponsive';
      if (slot.link === undefined || skips) remove(state, slot);
      else {
        slot.exit = 'asked';
        state.actions.push({ type: 'askToStop', link: slot.link });
      }
    } else if (slot.exit === 'asked' && slot.link === undefined) remove(state, slot);
  }
}

export function remove(state: PoolState, slot: Slot): void {
  const { actions } = state;
  if (slot.exit === 'removing') return;
  slot.exit = 'removing';
  actions.push({ type: 'remove', slot });
}

/** What is overdue is not waited for. */
function isDrained({ link, held, overdue, state, retire }: Slot): boolean {
  if (link === undefined) return true;
  const isBusy = state === 'busy' && retire !== 'unresponsive';
  return held.size() <= overdue && !isBusy && link.streams.count() === 0;
}

/** Another worker is to take its place. */
export function retire(state: PoolState, slot: Slot, why: Retirement): void {
  if (slot.exit !== undefined || !takesRequests(slot)) return;
  const isUrgent = why === 'spent' || why === 'unresponsive';
  if (!isUrgent && (slot.kept || slot.retire !== undefined)) return;
  slot.retire = why;
  state.changed = true;
  if (isUrgent) releaseParked(state, slot);
}
