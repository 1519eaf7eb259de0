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
 * From any state it may settle at once: cancelled, timed out, failed. `dropped` is settled for who asked, not for the
 * worker, who has yet to let go of it. `lost` fails as soon as it is known how its worker ended.
 */
export interface Ticket extends Call {
  /** Its number in the pool, from 1. */
  readonly number: number;
  readonly data: unknown;
  readonly options: TicketOptions;
  state: 'new' | 'waiting' | 'queued' | 'sent' | 'dropped' | 'lost' | 'settled';
  /** Who has it, or had it last. */
  slot: Slot | undefined;
  /** How many workers have died with it. */
  deaths: number;
  /** Answers so far. */
  answers: number;
  /** It does not count against its worker's concurrency. */
  released: boolean;
  /** It was dropped, and the grace period of its worker is over. */
  overdue: boolean;
  /** The queue it is in, and its neighbours there. */
  queue: TicketQueue | undefined;
  before: Ticket | undefined;
  after: Ticket | undefined;
  /** Its neighbour among those that a worker has in hand. */
  chain: Ticket | undefined;
}

/** The options of a request, and the defaults of its pool. */
export interface TicketOptions extends Pick<RequestOptions, 'key' | 'stream' | 'socket' | 'signal'> {
  /** In ms from when it was enqueued. */
  readonly timeout: number;
  /** In ms from when it was sent. */
  readonly runTimeout: number;
  readonly retries: number;
}

/** What only the executor looks at. */
interface Call {
  readonly createdAt: number;
  readonly subscriber: Subscriber<Response>;
  /** From when it is queued. */
  payload: Encoded | undefined;
  /** Until it settles, the timeout; once it is dropped, the grace period of its worker. */
  deadline: Subscription | undefined;
  /** While a worker has it, the timeout of the run. */
  runDeadline: Subscription | undefined;
  /** Takes back what else waits for it. */
  onSettled: (() => void) | undefined;
}

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

/** The place of one worker in a pool, over all its runs. */
export interface Slot {
  /** From 1, never reused. */
  readonly number: number;
  /** Its id with the supervisor; 0 before it is started. */
  id: number;
  pid: number | undefined;
  /** The pid of its present run, or of the last one. */
  lastPid: number | undefined;
  /** `ready` and `busy` are what it says; `down` is between two runs; after `failed` no run will follow. */
  state: 'starting' | 'ready' | 'busy' | 'down' | 'failed';
  /**
   * How far it has left the pool: it finishes what it has, then it is asked to stop, then it is removed. Undefined: it
   * stays.
   */
  exit: 'draining' | 'asked' | 'removing' | undefined;
  /** Why another worker takes its place, as soon as that is ready. */
  retire: Retirement | undefined;
  /** It keeps its place though it is old or large: a worker that was to replace it could not be started. */
  kept: boolean;
  /** Requests with a key may go to it: it was there from the beginning, or has been ready. */
  joined: boolean;
  /** The wire to its present run. */
  link: WorkerLink | undefined;
  /** Its present run has loaded `rxvisor/worker`. */
  hello: boolean;
  /** What its present run has in hand, by number. */
  readonly held: NumberTable<Ticket>;
  /** Requests of a run that has ended: they fail as soon as it is known how it ended. */
  lost: Ticket[];
  /** How many of those in hand count against its concurrency. */
  load: number;
  /** How many of those in hand nobody waits for any more, and it has not let go of within the grace period. */
  overdue: number;
  /** How many sockets and servers it was handed that are still open. */
  sockets: number;
  /** How many requests its present run was sent. */
  served: number;
  /** Since when it has had nothing to do, in ms. */
  idleSince: number;
  /** Nothing has come from it since it was asked for a sign of life. */
  silent: boolean;
  /** Its run has ended, and the supervisor has said that another one follows. */
  returns: boolean;
  /** What was wrong with its present run, as the pool found. */
  problem: Error | undefined;
  /** How its last run ended. Undefined while that is not known. */
  end: RunEnd | undefined;
  health: Memory | undefined;
  /** Requests that by their key are for this worker, while it has no room. */
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
