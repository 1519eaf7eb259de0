import type { Server, Socket } from 'node:net';
import type { Subscription } from 'rxjs';
import type { NumberTable } from '../wire/numberTable.js';
import type { Ticket } from './ticket.js';
import type { TicketQueue } from './ticketQueue.js';
import type { WorkerLink } from './workerLink.js';

/** The place of one worker in a pool, over all its runs. */
export interface Slot {
  /** From 1, never reused. */
  readonly number: number;
  /** Its id with the supervisor. */
  id: number;
  pid: number | undefined;
  /** `ready` and `busy` are what it says; `down` is between two runs; after `failed` no run will follow. */
  state: 'starting' | 'ready' | 'busy' | 'down' | 'failed';
  /** It gets no more requests, and is taken out when it has none. */
  leaving: boolean;
  /** The wire to its present run. */
  link: WorkerLink | undefined;
  /** What its present run has in hand, by number. */
  readonly held: NumberTable<Ticket>;
  /** How many of those count against its concurrency. */
  load: number;
  /** How many sockets and servers it was handed that are still open. */
  sockets: number;
  /** How many requests its present run was sent. */
  served: number;
  /** When its present run gets too old. */
  ageing: Subscription | undefined;
  health: Memory | undefined;
  /** Requests that by their key are for this worker, while it has no room. */
  readonly keyed: TicketQueue;
  /** Hands it the socket or server of a request. */
  readonly sendHandle: (number: number, handle: Socket | Server) => void;
}

/** In bytes. */
export interface Memory {
  readonly rss: number;
  readonly heapTotal: number;
  readonly heapUsed: number;
}
