import { ownerOf } from './chooser.js';
import type { Lane, PoolState } from './poolState.js';
import { takesRequests } from './slot.js';
import type { Slot, Ticket } from './ticket.js';

/**
 * The worker of a key. Requests of one key keep their order: while a worker has one of them, or one waits for it, later requests of
 * the key go to that worker, too, also while it leaves.
 */
export function slotOf(key: string, { lanes, slots }: PoolState): Slot | undefined {
  return lanes.get(key)?.slot ?? ownerOf(key, slots);
}

/** The request waits for its worker, and must not delay later requests for which other workers have room. */
export function park(state: PoolState, ticket: Ticket, slot: Slot): void {
  const lane = laneOf(state, ticket, slot);
  if (lane !== undefined) lane.parked += 1;
  state.keyed += 1;
  slot.keyed.push(ticket);
}

/** The request no longer waits for its worker. */
export function unpark(state: PoolState, ticket: Ticket, slot: Slot): void {
  slot.keyed.remove(ticket);
  state.keyed -= 1;
  const lane = laneOf(state, ticket, slot);
  if (lane === undefined) return;
  lane.parked -= 1;
  close(state, ticket, lane);
}

/** A worker has the request. */
export function take(state: PoolState, ticket: Ticket, slot: Slot): void {
  const lane = laneOf(state, ticket, slot);
  if (lane !== undefined) lane.held += 1;
}

/** A worker has released the request. */
export function giveBack(state: PoolState, ticket: Ticket, slot: Slot): void {
  const { key } = ticket.options;
  const lane = key === undefined ? undefined : state.lanes.get(key);
  if (lane === undefined) return;
  lane.held -= 1;
  close(state, ticket, lane);
  if (lane.held === 0 && lane.parked > 0 && !takesRequests(slot)) releaseParked(state, slot);
}

/** The requests that wait for a worker that takes no more go to others, except requests whose key it still has. */
export function releaseParked(state: PoolState, slot: Slot): void {
  const free = slot.keyed.all().filter((ticket) => laneOf(state, ticket, slot)?.held === 0);
  for (const ticket of free) unpark(state, ticket, slot);
  putFirst(state, free);
}

/** All requests that wait for a worker, in order. The worker has no other requests. */
export function clearLanes(state: PoolState, slot: Slot): Ticket[] {
  const parked = slot.keyed.all();
  for (const [key, lane] of state.lanes) if (lane.slot === slot) state.lanes.delete(key);
  for (const ticket of parked) slot.keyed.remove(ticket);
  state.keyed -= parked.length;
  return parked;
}

/** Puts requests in front of the queue, in their order: they have waited longest. */
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
