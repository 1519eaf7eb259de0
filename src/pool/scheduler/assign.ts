import { drop } from './drop.js';
import { park, slotOf, take, unpark } from './lanes.js';
import { retire } from './leave.js';
import { gaveUp, queueFull, stopped } from './poolErrors.js';
import { type PoolState, queuedWithin } from './poolState.js';
import { hasRoom } from './slot.js';
import type { Slot, Ticket } from './ticket.js';

/** A new request: it is sent at once, waits, or is refused. */
export function submit(state: PoolState, ticket: Ticket): void {
  const { plan, queue, outside } = state;
  if (ticket.state !== 'new') return;
  if (state.phase !== 'open') {
    drop(state, ticket, stopped());
    return;
  }
  if (state.hopeless) {
    drop(state, ticket, gaveUp(state));
    return;
  }
  const slot = queue.size() + outside.size() === 0 ? targetOf(state, ticket) : undefined;
  // The user's function threw, so the request has failed.
  if (isSettled(ticket)) return;
  if (slot !== undefined && hasRoom(slot, plan.concurrency)) {
    send(state, ticket, slot);
  } else if (queuedWithin(state) < plan.max) {
    enqueue(state, ticket, slot);
  } else if (plan.onFull === 'wait') {
    ticket.state = 'waiting';
    outside.push(ticket);
  } else {
    drop(state, ticket, queueFull(queuedWithin(state), plan.max));
  }
}

/** Sends waiting requests to workers with room. */
export function assign(state: PoolState): void {
  const { plan, outside, slots } = state;
  state.waiting = false;
  if (state.keyed > 0) for (const slot of slots) sendParked(state, slot);
  for (;;) {
    sendQueued(state);
    if (outside.size() === 0 || queuedWithin(state) >= Math.max(1, plan.max)) return;
    const ticket = outside.shift();
    if (ticket !== undefined) enqueue(state, ticket, undefined);
  }
}

/** @param slot the worker of its key, if it is first in the queue and has a key */
function enqueue(state: PoolState, ticket: Ticket, slot: Slot | undefined): void {
  const { actions } = state;
  ticket.state = 'queued';
  actions.push({ type: 'prepare', ticket });
  if (slot === undefined) state.queue.push(ticket);
  else park(state, ticket, slot);
}

function sendParked(state: PoolState, slot: Slot): void {
  for (let ticket = slot.keyed.first(); ticket !== undefined; ticket = slot.keyed.first()) {
    if (!hasRoom(slot, state.plan.concurrency)) return;
    // First sent, then removed from the queue: in between, its key must not be free for another worker.
    slot.keyed.remove(ticket);
    send(state, ticket, slot);
    unpark(state, ticket, slot);
  }
}

function sendQueued(state: PoolState): void {
  const { queue, plan } = state;
  for (let ticket = queue.first(); ticket !== undefined; ticket = queue.first()) {
    const slot = targetOf(state, ticket);
    if (isSettled(ticket)) continue;
    if (slot === undefined) return;
    queue.remove(ticket);
    if (hasRoom(slot, plan.concurrency)) send(state, ticket, slot);
    else park(state, ticket, slot);
  }
}

/**
 * The worker for a request: one with room, or the worker of its key, also without room. If the user's function throws, the request
 * fails.
 */
function targetOf(state: PoolState, ticket: Ticket): Slot | undefined {
  const { key } = ticket.options;
  if (key !== undefined) return slotOf(key, state);
  try {
    return state.choose(state.slots, ticket);
  } catch (error) {
    drop(state, ticket, error);
    return undefined;
  }
}

function send(state: PoolState, ticket: Ticket, slot: Slot): void {
  const { actions } = state;
  const { link } = slot;
  if (link === undefined) return;
  ticket.state = 'sent';
  ticket.slot = slot;
  slot.held.add(ticket);
  slot.load += 1;
  slot.served += 1;
  if (ticket.options.socket !== undefined) slot.sockets += 1;
  take(state, ticket, slot);
  actions.push({ type: 'send', ticket, link });
  const { concurrency, recycle } = state.plan;
  // With one request per process, the worker takes no other. Any other worker continues until it is replaced: no request waits.
  if (slot.served >= recycle.maxRequests)
    retire(state, slot, concurrency * recycle.maxRequests === 1 ? 'spent' : 'served');
}

function isSettled({ state }: Ticket): boolean {
  return state === 'settled';
}
