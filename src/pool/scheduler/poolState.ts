import type { RunEnd } from '../../model/runEnd.js';
import type { PoolStatus } from '../pool.js';
import type { PoolPlan } from '../poolOptions.js';
import { type Chooser, chooserOf } from './chooser.js';
import { fifo, type Fifo } from './fifo.js';
import type { Action } from './inputs.js';
import { createSlot, isOnTheWay, statusOf, takesRequests } from './slot.js';
import { type Slot, type TicketQueue, ticketQueue } from './ticket.js';

/** All that a pool knows: what `step` decides by. */
export interface PoolState {
  readonly plan: SchedulerPlan;
  readonly choose: Chooser;
  /** How many workers there are to be; with `min`, at most. */
  size: number;
  /** How many there are to be now: between `min` and `size`. */
  wanted: number;
  /** `emptying`: nothing is left to do, the workers leave. */
  phase: 'open' | 'draining' | 'emptying' | 'stopping' | 'stopped';
  readonly slots: Slot[];
  lastNumber: number;
  readonly queue: TicketQueue;
  /** Requests beyond the bound of the queue: they are not even encoded. */
  readonly outside: TicketQueue;
  /** How many of those that wait do so for one worker. */
  keyed: number;
  /** The worker of each key of which a request is in hand, or waits for that worker. */
  readonly lanes: Map<string, Lane>;
  /** The last end of a run that nobody asked for. */
  lastEnd: RunEnd | undefined;
  /** All workers have failed: none is left to come. */
  hopeless: boolean;
  /** A timer is armed for the next worker that has been idle for long enough. */
  idleArmed: boolean;
  /** A request has come, or a worker may have room. */
  waiting: boolean;
  /** A worker has nothing in hand any more. */
  idled: boolean;
  /** Something about a worker has changed. */
  changed: boolean;
  /** The time of the step, in ms. */
  now: number;
  /** What the steps have decided: the executor takes them from here. */
  readonly actions: Fifo<Action>;
}

/** Requests of one key that are with one worker. */
export interface Lane {
  readonly slot: Slot;
  /** How many it has in hand, and how many wait for it. */
  held: number;
  parked: number;
}

export interface SchedulerPlan extends Pick<
  PoolPlan,
  'concurrency' | 'max' | 'onFull' | 'balance' | 'onUnresponsive' | 'recycle'
> {
  /** The fewest workers; undefined: always as many as `size`. */
  readonly min: number | undefined;
  /** In ms, as all that follow. */
  readonly idleTimeout: number;
  /** For a worker to let go of a request that was dropped. */
  readonly grace: number;
  /** For a worker that is ready for its supervisor to say so on its wire. */
  readonly readyWait: number;
  /** Whether a worker that is ready for its supervisor has said so itself. */
  readonly readyByMessage: boolean;
}

export function createState(plan: SchedulerPlan, size: number): PoolState {
  const wanted = Math.min(plan.min ?? size, size);
  return {
    plan,
    choose: chooserOf(plan.balance, plan.concurrency),
    size,
    wanted,
    phase: 'open',
    slots: [],
    lastNumber: 0,
    queue: ticketQueue(),
    outside: ticketQueue(),
    keyed: 0,
    lanes: new Map(),
    lastEnd: undefined,
    hopeless: false,
    idleArmed: false,
    idled: false,
    waiting: false,
    changed: false,
    now: 0,
    actions: fifo(),
  };
}

/** Requests that have a place in the queue. */
export function queuedWithin({ queue, keyed }: PoolState): number {
  return queue.size() + keyed;
}

/** Requests that wait for a worker. */
export function waitingFor(state: PoolState): number {
  return queuedWithin(state) + state.outside.size();
}

/** All workers have failed, and there is one. */
export function isHopeless({ slots }: PoolState): boolean {
  const staying = slots.filter(({ exit }) => exit === undefined);
  return staying.length > 0 && staying.every(({ state }) => state === 'failed');
}

export function addSlot(state: PoolState, joined: boolean): void {
  const { actions } = state;
  state.lastNumber += 1;
  const slot = createSlot(state.lastNumber, joined);
  state.slots.push(slot);
  state.changed = true;
  actions.push({ type: 'start', slot });
}

/** A pool at a glance. */
export function snapshot(state: PoolState): PoolStatus {
  const { phase, slots, size, hopeless } = state;
  return {
    state: phase === 'open' ? (hopeless ? 'failed' : isOnline(state) ? 'online' : 'starting') : ended[phase],
    size,
    queued: waitingFor(state),
    outstanding: slots.reduce((sum, { held }) => sum + held.size(), 0),
    workers: slots.map(statusOf),
  };
}

/**
 * How many requests its workers can have in hand. With `min` those that it may start count, as far as requests can wait for
 * them: it starts workers for what waits.
 */
export function capacityOf({ slots, plan, size, wanted, phase }: PoolState): number {
  const staying = slots.filter((slot) => takesRequests(slot));
  const ready = roomOf(staying.filter(({ state }) => state === 'ready').length, plan.concurrency);
  if (plan.min === undefined || phase !== 'open') return ready;
  const more = roomOf(staying.filter(isOnTheWay).length + size - wanted, plan.concurrency);
  return ready + (plan.onFull === 'wait' ? more : Math.min(more, plan.max));
}

/** Without a worker, an infinite concurrency is none. */
function roomOf(workers: number, concurrency: number): number {
  return workers === 0 ? 0 : workers * concurrency;
}

const ended = { draining: 'draining', emptying: 'draining', stopping: 'draining', stopped: 'stopped' } as const;

/** As many are ready as there are to be; one that is being replaced counts until the new one is ready. */
function isOnline({ slots, size, plan }: PoolState): boolean {
  const ready = slots.filter(({ exit, state }) => exit === undefined && (state === 'ready' || state === 'busy'));
  return ready.length >= Math.min(plan.min ?? size, size);
}
