import type { RunEnd } from '../../model/runEnd.js';
import type { PoolStatus } from '../pool.js';
import type { PoolPlan } from '../poolOptions.js';
import { type Chooser, chooserOf } from './chooser.js';
import { fifo, type Fifo } from './fifo.js';
import type { Action } from './inputs.js';
import { createSlot, isOnTheWay, statusOf, takesRequests } from './slot.js';
import { type Slot, type TicketQueue, ticketQueue } from './ticket.js';

/** The state of a pool, from which `step` decides. */
export interface PoolState {
  readonly plan: SchedulerPlan;
  readonly choose: Chooser;
  /** The wanted number of workers; with `min`, the maximum. */
  size: number;
  /** The number wanted now: between `min` and `size`. */
  wanted: number;
  /** `emptying`: no request is left, and the workers leave. */
  phase: 'open' | 'draining' | 'emptying' | 'stopping' | 'stopped';
  readonly slots: Slot[];
  lastNumber: number;
  readonly queue: TicketQueue;
  /** Requests outside the queue, which is full. They are not encoded yet. */
  readonly outside: TicketQueue;
  /** The number of requests that wait for a particular worker because of their key. */
  keyed: number;
  /** The worker of each key with open or parked requests. */
  readonly lanes: Map<string, Lane>;
  /** How the last run ended that the pool did not stop. */
  lastEnd: RunEnd | undefined;
  /** All workers have failed. */
  hopeless: boolean;
  /** A timer for the next idle worker is armed. */
  idleArmed: boolean;
  /** There is a new request, or a worker may have room. */
  waiting: boolean;
  /** A worker has no requests any more. */
  idled: boolean;
  /** Something about a worker has changed. */
  changed: boolean;
  /** The time of the step, in ms. */
  now: number;
  /** The actions of the steps, which the executor performs. */
  readonly actions: Fifo<Action>;
}

/** Requests of one key that are with one worker. */
export interface Lane {
  readonly slot: Slot;
  /** How many of them the worker has, and how many wait for it. */
  held: number;
  parked: number;
}

export interface SchedulerPlan extends Pick<
  PoolPlan,
  'concurrency' | 'max' | 'onFull' | 'balance' | 'onUnresponsive' | 'recycle'
> {
  /** Minimum number of workers. Undefined: always `size`. */
  readonly min: number | undefined;
  /** In ms, as all times below. */
  readonly idleTimeout: number;
  /** The time for a worker to release a dropped request. */
  readonly grace: number;
  /** The time for a worker that is ready for its supervisor to report `ready()` to the pool. */
  readonly readyWait: number;
  /** Whether `ready` of the spec is a message of the worker itself. */
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

/** Number of requests in the queue. */
export function queuedWithin({ queue, keyed }: PoolState): number {
  return queue.size() + keyed;
}

/** Number of requests that wait for a worker. */
export function waitingFor(state: PoolState): number {
  return queuedWithin(state) + state.outside.size();
}

/** All workers have failed, and there is at least one. */
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

/** The public status of a pool. */
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
 * The number of requests that its workers can have open. With `min`, workers that it may start count too, as far as requests can wait
 * for them: it starts workers for waiting requests.
 */
export function capacityOf({ slots, plan, size, wanted, phase }: PoolState): number {
  const staying = slots.filter((slot) => takesRequests(slot));
  const ready = roomOf(staying.filter(({ state }) => state === 'ready').length, plan.concurrency);
  if (plan.min === undefined || phase !== 'open') return ready;
  const more = roomOf(staying.filter(isOnTheWay).length + size - wanted, plan.concurrency);
  return ready + (plan.onFull === 'wait' ? more : Math.min(more, plan.max));
}

/** Zero without a worker, also with an infinite concurrency: 0 × Infinity is NaN. */
function roomOf(workers: number, concurrency: number): number {
  return workers === 0 ? 0 : workers * concurrency;
}

const ended = { draining: 'draining', emptying: 'draining', stopping: 'draining', stopped: 'stopped' } as const;

/** The wanted number of workers is ready. A worker that is being replaced counts until the new one is ready. */
function isOnline({ slots, size, plan }: PoolState): boolean {
  const ready = slots.filter(({ exit, state }) => exit === undefined && (state === 'ready' || state === 'busy'));
  return ready.length >= Math.min(plan.min ?? size, size);
}
