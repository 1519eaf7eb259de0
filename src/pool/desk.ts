import { Socket } from 'node:net';
import { RxvisorError } from '../model/errors.js';
import { encodeWithin } from '../wire/encodeWithin.js';
import { frames } from '../wire/frames.js';
import { chooserOf } from './chooserOf.js';
import { deathOf } from './deathOf.js';
import { dispatch } from './dispatch.js';
import { hasRoom } from './hasRoom.js';
import { ownerOf } from './ownerOf.js';
import type { PoolPlan } from './planPool.js';
import type { Slot } from './slot.js';
import type { Ticket } from './ticket.js';
import { ticketQueue } from './ticketQueue.js';

/** Where requests come in, wait, and are given to workers; and where those come back to that nobody answered. */
export interface Desk {
  readonly submit: (ticket: Ticket) => void;
  /** Settles it for who asked, with an error if there is one, and lets the worker, if one has it, know. */
  readonly drop: (ticket: Ticket, error?: unknown) => void;
  /** There may be room: a worker is ready, or has let go of something. */
  readonly pump: () => void;
  /** A worker has died: what it had goes on elsewhere, or fails. */
  readonly bereave: (slot: Slot) => void;
  /** A worker leaves, or does not come back: what waits for it waits for another one. */
  readonly release: (slot: Slot) => void;
  /** From here on, every new request fails with that; undefined: no more. */
  readonly close: (error: (() => RxvisorError) | undefined) => void;
  /** Fails those that wait; `all`: those that workers have in hand, too. */
  readonly failAll: (error: () => RxvisorError, all: boolean) => void;
  /** How many wait. */
  readonly queued: () => number;
}

export interface DeskOptions {
  readonly plan: PoolPlan;
  readonly slots: readonly Slot[];
  /** How many ms a worker has to let go of a request that was dropped, and what is done if it does not. */
  readonly grace: number;
  readonly onDeaf: (slot: Slot) => void;
}

export function createDesk({ plan, slots, grace, onDeaf }: DeskOptions): Desk {
  const choose = chooserOf(plan.balance, plan.concurrency);
  const queue = ticketQueue();
  /** Those beyond the bound of the queue: they are not even encoded. */
  const outside = ticketQueue();
  /** How many of those that wait do so for one worker. */
  let keyed = 0;
  let closed: (() => RxvisorError) | undefined;
  const waiting = (): number => queue.size() + keyed;

  return {
    submit,
    drop,
    pump,
    bereave,
    release: (slot) => {
      for (let ticket = unkey(slot); ticket !== undefined; ticket = unkey(slot)) queue.unshift(ticket);
      pump();
    },
    close: (error) => {
      closed = error;
    },
    failAll: (error, all) => {
      const lists = [queue, outside, ...slots.map((slot) => slot.keyed)];
      const inHand = all ? slots.flatMap(({ held }) => held.all()) : [];
      for (const ticket of [...lists.flatMap((list) => list.all()), ...inHand]) drop(ticket, error());
    },
    queued: () => waiting() + outside.size(),
  };

  function submit(ticket: Ticket): void {
    if (closed !== undefined) {
      drop(ticket, closed());
      return;
    }
    const slot = queue.size() + outside.size() === 0 ? targetOf(ticket) : undefined;
    if (ticket.state === 'settled') return;
    if (slot !== undefined && hasRoom(slot, plan.concurrency)) {
      if (prepare(ticket)) dispatch(slot, ticket);
    } else if (waiting() < plan.max) {
      if (prepare(ticket)) enqueue(ticket, slot);
    } else if (plan.onFull === 'wait') {
      ticket.state = 'waiting';
      outside.push(ticket);
    } else {
      drop(ticket, queueFull(waiting(), plan.max));
    }
  }

  /** False: it cannot be sent, and has failed. */
  function prepare(ticket: Ticket): boolean {
    try {
      ticket.payload ??= encodeWithin(ticket.data, plan.maxFrame, 'payload');
      return true;
    } catch (error) {
      drop(ticket, error);
      return false;
    }
  }

  /** @param owner the worker it is for, if it is first in the queue and has a key */
  function enqueue(ticket: Ticket, owner?: Slot): void {
    ticket.state = 'queued';
    if (owner === undefined) queue.push(ticket);
    else park(ticket, owner);
  }

  /** It must not hold up those behind it, for whom there is room elsewhere. */
  function park(ticket: Ticket, owner: Slot): void {
    keyed += 1;
    owner.keyed.push(ticket);
  }

  function pump(): void {
    if (keyed > 0) slots.forEach(pumpKeyed);
    for (;;) {
      pumpQueue();
      if (outside.size() === 0 || waiting() >= Math.max(1, plan.max)) return;
      const ticket = outside.shift();
      if (ticket !== undefined && prepare(ticket)) enqueue(ticket);
    }
  }

  function pumpKeyed(slot: Slot): void {
    while (slot.keyed.size() > 0 && hasRoom(slot, plan.concurrency)) {
      const ticket = unkey(slot);
      if (ticket !== undefined) dispatch(slot, ticket);
    }
  }

  function pumpQueue(): void {
    for (let ticket = queue.first(); ticket !== undefined; ticket = queue.first()) {
      const slot = targetOf(ticket);
      if (ticket.state === 'settled') continue;
      if (slot === undefined) return;
      queue.remove(ticket);
      if (hasRoom(slot, plan.concurrency)) dispatch(slot, ticket);
      else park(ticket, slot);
    }
  }

  /**
   * The worker for a request: one with room, or the one whose its key is, with room or without. A request for which the
   * user's function throws has failed by that.
   */
  function targetOf(ticket: Ticket): Slot | undefined {
    const { key } = ticket.options;
    try {
      return key === undefined ? choose(slots, ticket) : ownerOf(key, slots);
    } catch (error) {
      drop(ticket, error);
      return undefined;
    }
  }

  function unkey(slot: Slot): Ticket | undefined {
    const ticket = slot.keyed.shift();
    if (ticket !== undefined) keyed -= 1;
    return ticket;
  }

  function bereave(slot: Slot): void {
    const orphans = slot.held.all();
    slot.held.clear();
    slot.load = 0;
    slot.sockets = 0;
    // In front of the others, and in their order: they have waited longest.
    for (const ticket of orphans.reverse()) {
      if (ticket.state === 'dropped') {
        ticket.state = 'settled';
        ticket.deadline?.unsubscribe();
        continue;
      }
      ticket.deaths += 1;
      ticket.released = false;
      ticket.state = 'queued';
      if (mayTryAgain(ticket)) queue.unshift(ticket);
      else drop(ticket, deathOf(slot, ticket.deaths));
    }
    pump();
  }

  function drop(ticket: Ticket, error?: unknown): void {
    const { state, slot } = ticket;
    if (state === 'settled' || state === 'dropped') return;
    ticket.deadline?.unsubscribe();
    ticket.onSettled?.();
    ticket.payload = undefined;
    if (state === 'sent' && slot !== undefined) {
      ticket.state = 'dropped';
      slot.link?.send(frames.cancel, ticket.number);
      slot.link?.streams.halt(ticket.number);
      if (plan.onDeaf === 'replace') ticket.deadline = plan.scheduler.schedule(() => onDeaf(slot), grace);
    } else {
      ticket.state = 'settled';
      if (ticket.queue !== undefined && ticket.queue !== queue && ticket.queue !== outside) keyed -= 1;
      ticket.queue?.remove(ticket);
      ticket.options.stream?.destroy();
    }
    // Nobody serves it any more. A server is the caller's, who may give it to other workers.
    if (ticket.options.socket instanceof Socket) ticket.options.socket.destroy();
    if (error !== undefined) ticket.subscriber.error(error);
  }
}

/** What has been sent of a stream, or answered, cannot be taken back. */
function mayTryAgain({ deaths, retries, answers, options }: Ticket): boolean {
  return deaths <= retries && answers === 0 && options.stream === undefined && options.socket === undefined;
}

function queueFull(waiting: number, max: number): RxvisorError {
  return new RxvisorError(
    'ERR_QUEUE_FULL',
    `the queue is full: ${String(waiting)} requests wait, and queue.max is ${String(max)}. Ask for less at once (viaPool does), raise it, or set queue.onFull to 'wait'.`,
  );
}
