import type { Subscriber, Subscription } from 'rxjs';
import type { Encoded } from '../../ipc/encode.js';
import type { NumberTable } from '../../ipc/numberTable.js';
import type { RunEnd } from '../../model/runEnd.js';
import type { RequestOptions, Response } from '../requestOptions.js';
import type { WorkerLink } from '../workerLink.js';

/**
 * A request on its way.
 *
 * ```text
 * new → waiting → queued → sent → settled
 *                   ↑       │ ↘ dropped → settled
 *                   └───────┤ its worker died
 *                           └→ lost → settled
 * ```
 * From any state it may settle at once: cancelled, timed out, failed. `dropped` is settled for the caller, but the worker has not
 * released it yet. `lost` fails as soon as it is known how its worker ended.
 */
export interface Ticket extends Call {
  /** Its number in the pool, from 1. */
  readonly number: number;
  readonly data: unknown;
  readonly options: TicketOptions;
  state: 'new' | 'waiting' | 'queued' | 'sent' | 'dropped' | 'lost' | 'settled';
  /** The worker that has it, or had it last. */
  slot: Slot | undefined;
  /** Number of workers that died while they had it. */
  deaths: number;
  /** Number of answers so far. */
  answers: number;
  /** It does not count against its worker's concurrency. */
  released: boolean;
  /** It was dropped, and the grace period of its worker is over. */
  overdue: boolean;
  /** The queue it is in, and the tickets before and after it. */
  queue: TicketQueue | undefined;
  before: Ticket | undefined;
  after: Ticket | undefined;
  /** The next ticket of the same worker. */
  chain: Ticket | undefined;
}

/** The options of a request, with the defaults of its pool. */
export interface TicketOptions extends Pick<RequestOptions, 'key' | 'stream' | 'socket' | 'signal'> {
  /** In ms from the subscription. */
  readonly timeout: number;
  /** In ms from the moment when it is sent. */
  readonly runTimeout: number;
  readonly retries: number;
}

/** Fields that only the executor uses. */
interface Call {
  readonly createdAt: number;
  readonly subscriber: Subscriber<Response>;
  /** Encoded when it enters the queue. */
  payload: Encoded | undefined;
  /** The timer of the timeout, and after a drop of the grace period. */
  deadline: Subscription | undefined;
  /** The timer of `runTimeout`, while a worker has it. */
  runDeadline: Subscription | undefined;
  /** Removes other listeners, such as that of its signal. */
  onSettled: (() => void) | undefined;
}

/** A first-in, first-out list. A removal from the middle takes constant time, and leaves nothing behind. */
export interface TicketQueue {
  readonly size: () => number;
  readonly first: () => Ticket | undefined;
  readonly push: (ticket: Ticket) => void;
  /** Inserts it at the front. */
  readonly unshift: (ticket: Ticket) => void;
  /** No effect for a ticket that is not in the list. */
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

/** The place of one worker in a pool, over all its runs. */
export interface Slot {
  /** From 1, never reused. */
  readonly number: number;
  /** Its id in the supervisor; 0 before its start. */
  id: number;
  pid: number | undefined;
  /** The pid of its current or last run. */
  lastPid: number | undefined;
  /** `ready` and `busy`: reported by the worker. `down`: between two runs. `failed`: no run follows. */
  state: 'starting' | 'ready' | 'busy' | 'down' | 'failed';
  /**
   * The steps of leaving: it finishes its requests, then is asked to stop, then is removed. Undefined: it stays.
   */
  exit: 'draining' | 'asked' | 'removing' | undefined;
  /** Why it is replaced when the new worker is ready. */
  retire: Retirement | undefined;
  /** It stays although it is old or large: its replacement could not be started. */
  kept: boolean;
  /** Requests with a key may go to it: it was started with the pool, or was ready once. */
  joined: boolean;
  /** The connection to its current run. */
  link: WorkerLink | undefined;
  /** Its current run has loaded `rxvisor/worker`. */
  hello: boolean;
  /** The requests of its current run, by number. */
  readonly held: NumberTable<Ticket>;
  /** Requests of an ended run. They fail as soon as it is known how it ended. */
  lost: Ticket[];
  /** Number of its requests that count against its concurrency. */
  load: number;
  /** Number of dropped requests that it has not released within the grace period. */
  overdue: number;
  /** Number of its sockets and servers that are still open. */
  sockets: number;
  /** Number of requests sent to its current run. */
  served: number;
  /** The time since which it is idle, in ms. */
  idleSince: number;
  /** It has sent nothing since the last ping. */
  silent: boolean;
  /** Its run has ended, and another one follows. */
  returns: boolean;
  /** The problem of its current run that the pool found. */
  problem: Error | undefined;
  /** How its last run ended. Undefined until that is known. */
  end: RunEnd | undefined;
  health: Memory | undefined;
  /** Requests with a key of this worker that wait for its room. */
  readonly keyed: TicketQueue;
}

/** `spent` and `unresponsive` workers get no more requests; `served`, `old` and `large` ones do, until they are replaced. */
export type Retirement = 'spent' | 'unresponsive' | 'served' | 'old' | 'large';

/** In bytes. */
export interface Memory {
  readonly rss: number;
  readonly heapTotal: number;
  readonly heapUsed: number;
}
