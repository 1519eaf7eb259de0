import { ownerOf } from './chooser.js';
import type { Lane, PoolState } from './poolState.js';
import { takesRequests } from './slot.js';
import type { Slot, Ticket } from './ticket.js';

/**
 * Requests of one key keep their order: as long as a worker has one of them in hand, or one waits for it, those that
 * come later are for that worker, too, also while it leaves.
 */
export function slotOf(key: string, { lanes, slots }: PoolState): Slot | undefined {
  return lanes.get(key)?.slot ?? ownerOf(key, slots);
}

/** It waits for that worker, and must not hold up those behind it, for whom there is room elsewhere. */
export function park(state: PoolState, ticket: Ticket, slot: Slot): void {
  const lane = laneOf(state, ticket, slot);
  if (lane !== undefined) lane.parked += 1;
  state.keyed += 1;
  slot.keyed.push(ticket);
}

/** It waits for its worker no longer. */
export function unpark(state: PoolState, ticket: Ticket, slot: Slot): void {
  slot.keyed.remove(ticket);
  state.keyed -= 1;
  const lane = laneOf(state, ticket, slot);
  if (lane === undefined) return;
  lane.parked -= 1;
  close(state, ticket, lane);
}

/** A worker has it in hand. */
export function take(state: PoolState, ticket: Ticket, slot: Slot): void {
  const lane = laneOf(state, ticket, slot);
  if (lane !== undefined) lane.held += 1;
}

/** A worker has let go of it. */
export function giveBack(state: PoolState, ticket: Ticket, slot: Slot): void {
  const { key } = ticket.options;
  const lane = key === undefined ? undefined : state.lanes.get(key);
  if (lane === undefined) return;
  lane.held -= 1;
  close(state, ticket, lane);
  if (lane.held === 0 && lane.parked > 0 && !takesRequests(slot)) releaseParked(state, slot);
}

/** What waits for a worker that takes no more requests goes to others, but for what must wait for those in its hands. */
export function releaseParked(state: PoolState, slot: Slot): void {
  const free = slot.keyed.all().filter((ticket) => laneOf(state, ticket, slot)?.held === 0);
  for (const ticket of free) unpark(state, ticket, slot);
  putFirst(state, free);
}

/** All that waits for a worker, in order: nothing of it is in the worker's hands any more. */
export function clearLanes(state: PoolState, slot: Slot): Ticket[] {
  const parked = slot.keyed.all();
  for (const [key, lane] of state.lanes) if (lane.slot === slot) state.lanes.delete(key);
  for (const ticket of parked) slot.keyed.remove(ticket);
  state.keyed -= parked.length;
  return parked;
}

/** In front of the others, and in their order: they have waited longest. */
export function putFirst(state: PoolState, tickets: readonly Ticket[]): void {
  for (const ticket of [...tickets].reverse()) state.queue.unshift(ticket);
  state.waiting ||= tickets.length > 0;
}

function laneOf({ lanes }: PoolState, { options: { key } }: Ticket, slot: Slot): Lane | undefined {
  if (key === undefined) return undefined;
  const known = lanes.get(key);
  if (known !== undefined) return known;
  const lane: Lane = { slot, held: 0, parked: 0 };
  lanes.set(key, lane);
  return lane;
}

function close({ lanes }: PoolState, { options: { key } }: Ticket, { held, parked }: Lane): void {
  if (key !== undefined && held + parked === 0) lanes.delete(key);
}
