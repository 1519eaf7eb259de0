import type { Subscriber, Subscription } from 'rxjs';
import type { Encoded } from '../../wire/encode.js';
import type { RequestOptions } from '../requestOptions.js';
import type { Response } from '../response.js';
import type { Slot } from './slot.js';
import type { TicketQueue } from './ticketQueue.js';

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
  readonly options: Pick<RequestOptions, 'key' | 'stream' | 'socket'>;
  readonly retries: number;
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

/** What only the executor looks at. */
interface Call {
  readonly createdAt: number;
  readonly subscriber: Subscriber<Response>;
  /** From when it is queued. */
  payload: Encoded | undefined;
  /** In ms from when it is sent. */
  readonly runTimeout: number;
  /** Until it settles, the timeout; once it is dropped, the grace period of its worker. */
  deadline: Subscription | undefined;
  /** While a worker has it, the timeout of the run. */
  runDeadline: Subscription | undefined;
  /** Takes back what else waits for it. */
  onSettled: (() => void) | undefined;
}
