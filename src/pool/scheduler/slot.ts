import type { RunEnd } from '../../model/runEnd.js';
import { numberTable, type NumberTable } from '../../wire/numberTable.js';
import type { WorkerLink } from '../workerLink.js';
import type { Ticket } from './ticket.js';
import { ticketQueue, type TicketQueue } from './ticketQueue.js';

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

/** The place of a worker that is about to be started. */
export function createSlot(number: number, joined: boolean): Slot {
  return {
    number,
    id: 0,
    pid: undefined,
    lastPid: undefined,
    state: 'starting',
    exit: undefined,
    retire: undefined,
    kept: false,
    joined,
    link: undefined,
    hello: false,
    held: numberTable(),
    lost: [],
    load: 0,
    overdue: 0,
    sockets: 0,
    served: 0,
    idleSince: 0,
    silent: false,
    returns: false,
    problem: undefined,
    end: undefined,
    health: undefined,
    keyed: ticketQueue(),
  };
}

/** Whether it gets requests as long as it runs. */
export function takesRequests({ exit, retire, state }: Slot): boolean {
  return exit === undefined && state !== 'failed' && retire !== 'spent' && retire !== 'unresponsive';
}

/** Whether it can be sent one more request. */
export function hasRoom(slot: Slot, concurrency: number): boolean {
  return slot.state === 'ready' && slot.load < concurrency && takesRequests(slot);
}

/** Whether it does not run yet, or not now. */
export function isOnTheWay({ state }: Slot): boolean {
  return state === 'starting' || state === 'down';
}

/** Whether somebody waits for what it has in hand. */
export function isAtWork({ held, lost }: Slot): boolean {
  return lost.length > 0 || held.some(({ state }) => state === 'sent');
}

/** Whether it has yet to be ready for the first time, or again. */
export function isFresh({ exit, state }: Slot): boolean {
  return exit === undefined && state === 'starting';
}
