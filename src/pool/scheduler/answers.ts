import { UnreadableError } from '../../wire/unreadableError.js';
import { drop, letGo } from './drop.js';
import type { Answer } from './inputs.js';
import type { Turn } from './poolState.js';
import type { Slot } from './slot.js';
import type { Ticket } from './ticket.js';

/** What a worker says about a request, which settles once. */
export function answer(turn: Turn, input: Answer): void {
  const { state, actions } = turn;
  const { slot, number } = input;
  switch (input.type) {
    case 'answer': {
      const { data, stream } = input;
      const ticket = finish(turn, slot, number);
      const readable = ticket !== undefined && !(data instanceof UnreadableError);
      if (!readable && stream !== undefined) actions.push({ type: 'destroy', stream });
      if (ticket === undefined) return;
      if (readable) actions.push({ type: 'complete', ticket, slot, answer: input });
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
        drop(turn, ticket, data);
        return;
      }
      ticket.answers += 1;
      actions.push({ type: 'next', ticket, slot, answer: input });
      return;
    }
    case 'done': {
      const ticket = finish(turn, slot, number);
      if (ticket !== undefined) actions.push({ type: 'complete', ticket, slot, answer: undefined });
      return;
    }
    case 'failed': {
      const ticket = finish(turn, slot, number);
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

/** The worker is done with it. Undefined when nobody waits for it. */
function finish(turn: Turn, slot: Slot, number: number): Ticket | undefined {
  const ticket = slot.held.get(number);
  if (ticket === undefined) return undefined;
  const isAwaited = ticket.state === 'sent';
  letGo(turn, slot, ticket);
  ticket.state = 'settled';
  if (isAwaited) return ticket;
  turn.actions.push({ type: 'forget', ticket });
  return undefined;
}
