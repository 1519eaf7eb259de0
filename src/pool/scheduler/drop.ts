import { UnreadableError } from '../../ipc/sentError.js';
import type { RxvisorError } from '../../model/errors.js';
import type { Answer } from './inputs.js';
import { giveBack, unpark } from './lanes.js';
import { retire } from './leave.js';
import type { PoolState } from './poolState.js';
import type { Slot, Ticket } from './ticket.js';

/** Settles a request for its caller: cancelled, timed out or failed. Its worker gets a cancellation. */
export function drop(state: PoolState, ticket: Ticket, error?: unknown): void {
  const { actions } = state;
  const { slot, queue } = ticket;
  switch (ticket.state) {
    case 'settled':
    case 'dropped':
      return;
    case 'sent':
      if (slot?.link === undefined) return;
      ticket.state = 'dropped';
      if (state.phase === 'draining') state.changed = true;
      actions.push({ type: 'cancel', ticket, link: slot.link });
      actions.push({ type: 'fail', ticket, error, sent: true });
      return;
    case 'lost':
      if (slot !== undefined) slot.lost = slot.lost.filter((one) => one !== ticket);
      // A pool that stops may wait for it.
      state.changed = true;
      actions.push({ type: 'fail', ticket, error, sent: true });
      break;
    default:
      leaveQueue(state, ticket);
      actions.push({ type: 'fail', ticket, error, sent: false });
      if (queue !== undefined && state.phase !== 'open') state.changed = true;
      // If nothing waits any more, an idle worker may leave. A request outside the queue may enter it.
      state.idled ||= queue !== undefined;
      state.waiting ||= queue !== undefined;
  }
  ticket.state = 'settled';
}

/** Handles a request that could not be sent: no worker has it, although its state says so. */
export function takeBack(state: PoolState, ticket: Ticket, error: unknown): void {
  const { slot, state: was } = ticket;
  if ((was === 'sent' || was === 'dropped') && slot !== undefined) {
    release(state, slot, ticket);
    slot.served -= 1;
    if (ticket.options.socket !== undefined) slot.sockets -= 1;
    ticket.state = 'settled';
    state.actions.push(was === 'sent' ? { type: 'fail', ticket, error, sent: false } : { type: 'forget', ticket });
  } else {
    drop(state, ticket, error);
  }
}

/** Handles a dropped request that its worker has not released within the grace period. */
export function expire(state: PoolState, ticket: Ticket): void {
  const { slot } = ticket;
  if (ticket.state !== 'dropped' || slot === undefined || ticket.overdue) return;
  ticket.overdue = true;
  slot.overdue += 1;
  // A leaving worker does not wait for it any longer.
  if (slot.exit !== undefined) state.changed = true;
  else if (state.plan.onUnresponsive === 'replace') retire(state, slot, 'unresponsive');
}

/** Fails all waiting requests; with `all`, also those that workers have. */
export function failAll(state: PoolState, error: () => RxvisorError, all: boolean): void {
  const { queue, outside, slots } = state;
  const waiting = [queue, outside, ...slots.map(({ keyed }) => keyed)].flatMap((list) => list.all());
  const inHand = all ? slots.flatMap(({ held, lost }) => [...held.all(), ...lost]) : [];
  for (const ticket of [...waiting, ...inHand]) drop(state, ticket, error());
}

/** Handles an answer of a worker. A request settles once. */
export function answer(state: PoolState, input: Answer): void {
  const { actions } = state;
  const { slot, number } = input;
  switch (input.type) {
    case 'answer': {
      const { data, stream } = input;
      const ticket = finish(state, slot, number);
      const readable = ticket !== undefined && !(data instanceof UnreadableError);
      if (!readable && stream !== undefined) actions.push({ type: 'destroy', stream });
      if (ticket === undefined) return;
      if (readable) actions.push({ type: 'complete', ticket, answer: input });
      else actions.push({ type: 'reject', ticket, error: data });
      return;
    }
    case 'next': {
      const { data, stream } = input;
      const ticket = slot.held.get(number);
      const isAwaited = ticket?.state === 'sent';
      const readable = isAwaited && !(data instanceof UnreadableError);
      if (!readable && stream !== undefined) actions.push({ type: 'destroy', stream });
      if (!isAwaited) return;
      if (!readable) {
        drop(state, ticket, data);
        return;
      }
      ticket.answers += 1;
      actions.push({ type: 'next', ticket, answer: input });
      return;
    }
    case 'done': {
      const ticket = finish(state, slot, number);
      if (ticket !== undefined) actions.push({ type: 'complete', ticket, answer: undefined });
      return;
    }
    case 'failed': {
      const ticket = finish(state, slot, number);
      if (ticket !== undefined) actions.push({ type: 'reject', ticket, error: input.error });
      return;
    }
    case 'release': {
      const ticket = slot.held.get(number);
      if (ticket === undefined || ticket.released) return;
      ticket.released = true;
      slot.load -= 1;
      state.waiting = true;
    }
  }
}

/** Removes a request from its worker. */
function release(state: PoolState, slot: Slot, ticket: Ticket): void {
  const { now } = state;
  slot.held.remove(ticket);
  if (!ticket.released) slot.load -= 1;
  if (ticket.overdue) {
    slot.overdue -= 1;
    // The worker has answered after all, before its replacement was ready.
    if (slot.overdue === 0 && slot.retire === 'unresponsive' && slot.exit === undefined) {
      slot.retire = undefined;
      state.changed = true;
    }
  }
  giveBack(state, ticket, slot);
  state.waiting = true;
  if (slot.exit !== undefined || state.phase === 'draining') state.changed = true;
  if (slot.held.size() === 0) {
    slot.idleSince = now;
    state.idled = true;
  }
}

function leaveQueue(state: PoolState, ticket: Ticket): void {
  const { queue } = ticket;
  if (queue === undefined) return;
  if (queue === state.queue || queue === state.outside) {
    queue.remove(ticket);
    return;
  }
  const slot = state.slots.find(({ keyed }) => keyed === queue);
  if (slot !== undefined) unpark(state, ticket, slot);
}

/** Removes a finished request from its worker. Returns undefined if its caller does not wait any more. */
function finish(state: PoolState, slot: Slot, number: number): Ticket | undefined {
  const ticket = slot.held.get(number);
  if (ticket === undefined) return undefined;
  const isAwaited = ticket.state === 'sent';
  release(state, slot, ticket);
  ticket.state = 'settled';
  if (isAwaited) return ticket;
  state.actions.push({ type: 'forget', ticket });
  return undefined;
}
