import type { Ticket } from './ticket.js';

/** First in, first out, and out of the middle at no cost: a request that is cancelled leaves nothing behind. */
export interface TicketQueue {
  readonly size: () => number;
  readonly first: () => Ticket | undefined;
  readonly push: (ticket: Ticket) => void;
  /** Puts it in front of all others. */
  readonly unshift: (ticket: Ticket) => void;
  /** Means nothing for one that is not in it. */
  readonly remove: (ticket: Ticket) => void;
  readonly shift: () => Ticket | undefined;
  readonly all: () => Ticket[];
}

export function ticketQueue(): TicketQueue {
  let first: Ticket | undefined;
  let last: Ticket | undefined;
  let size = 0;

  const queue: TicketQueue = {
    size: () => size,
    first: () => first,
    push: (ticket) => {
      link(last, ticket);
      link(ticket, undefined);
      enter(ticket);
    },
    unshift: (ticket) => {
      link(ticket, first);
      link(undefined, ticket);
      enter(ticket);
    },
    remove,
    shift: () => {
      const ticket = first;
      if (ticket !== undefined) remove(ticket);
      return ticket;
    },
    all: () => {
      const tickets: Ticket[] = [];
      for (let ticket = first; ticket !== undefined; ticket = ticket.after) tickets.push(ticket);
      return tickets;
    },
  };
  return queue;

  function enter(ticket: Ticket): void {
    ticket.queue = queue;
    size += 1;
  }

  function remove(ticket: Ticket): void {
    if (ticket.queue !== queue) return;
    link(ticket.before, ticket.after);
    ticket.queue = undefined;
    ticket.before = undefined;
    ticket.after = undefined;
    size -= 1;
  }

  function link(before: Ticket | undefined, after: Ticket | undefined): void {
    if (before === undefined) first = after;
    else before.after = after;
    if (after === undefined) last = before;
    else after.before = before;
  }
}
