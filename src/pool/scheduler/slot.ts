import { numberTable } from '../../ipc/numberTable.js';
import type { WorkerStatus } from '../pool.js';
import { type Slot, ticketQueue } from './ticket.js';

/** Makes the slot of a new worker. */
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

/** Whether it gets requests while it runs. */
export function takesRequests({ exit, retire, state }: Slot): boolean {
  return exit === undefined && state !== 'failed' && retire !== 'spent' && retire !== 'unresponsive';
}

/** Whether it has room for one more request. */
export function hasRoom(slot: Slot, concurrency: number): boolean {
  return slot.state === 'ready' && slot.load < concurrency && takesRequests(slot);
}

/** Whether it is starting, or is between two runs. */
export function isOnTheWay({ state }: Slot): boolean {
  return state === 'starting' || state === 'down';
}

/** Whether it has requests that a caller waits for. */
export function isAtWork({ held, lost }: Slot): boolean {
  return lost.length > 0 || held.some(({ state }) => state === 'sent');
}

/** Whether it is not ready yet, for the first time or again. */
export function isFresh({ exit, state }: Slot): boolean {
  return exit === undefined && state === 'starting';
}

/** The public status of a worker. */
export function statusOf(slot: Slot): WorkerStatus {
  const { number, pid, state, exit, held, sockets, served, health } = slot;
  const isLeaving = exit !== undefined || (state !== 'failed' && !takesRequests(slot));
  return {
    worker: number,
    pid,
    state: isLeaving ? 'leaving' : state,
    outstanding: held.size(),
    sockets,
    served,
    rss: health?.rss,
  };
}
