import type { Action, Input, SlotTimer } from '../../../src/pool/scheduler/inputs.js';
import { createState, type PoolState, type SchedulerPlan } from '../../../src/pool/scheduler/poolState.js';
import { hasRoom, takesRequests } from '../../../src/pool/scheduler/slot.js';
import type { Slot, Ticket } from '../../../src/pool/scheduler/ticket.js';
import { step } from '../../../src/pool/scheduler/step.js';
import type { WorkerLink } from '../../../src/pool/workerLink.js';
import { unknownEnd } from '../../../src/model/runEnd.js';

/** A run of a worker in the world. */
export interface Run {
  readonly slot: Slot;
  readonly link: WorkerLink;
  readonly inHand: Map<number, Ticket>;
  alive: boolean;
  served: number;
  /** It gives no sign of life, and does nothing. */
  blocked: boolean;
  /** Its handlers do not look at cancellations. */
  ignores: boolean;
}

export interface Asked {
  readonly ticket: Ticket;
  readonly settled: string[];
  /** The runs it was sent to. */
  readonly runs: Run[];
}

export interface WorldOptions extends Partial<SchedulerPlan> {
  readonly size: number;
  /** In ms. */
  readonly startTime?: number;
  readonly workTime?: (number: number) => number;
  /** Of the nth start of a worker: whether it fails for good, before it is ready. */
  readonly failsToStart?: (n: number) => boolean;
  readonly onSettled?: (how: string) => void;
  /** Looks at the state after each step. */
  readonly after?: (world: World) => void;
}

export interface World {
  readonly state: PoolState;
  readonly runs: Run[];
  readonly asked: Asked[];
  readonly removed: () => number;
  readonly disposed: () => boolean;
  readonly put: (input: Input) => void;
  readonly ask: (options?: { readonly key?: string; readonly retries?: number; readonly stream?: boolean }) => Asked;
  readonly crash: (run: Run) => void;
  readonly later: (ms: number, work: () => void) => void;
  /** Goes on until nothing is left to happen, or until so many ms have passed. */
  readonly run: (until?: number) => void;
  readonly now: () => number;
}

const plan: SchedulerPlan = {
  min: undefined,
  idleTimeout: 100,
  concurrency: 4,
  max: Infinity,
  onFull: 'error',
  balance: 'outstanding',
  onUnresponsive: 'leave',
  recycle: { maxRequests: Infinity, maxRss: Infinity, maxAge: Infinity },
  grace: 20,
  readyWait: 50,
  readyByMessage: true,
};

/** Performs what the scheduler of a pool decides, in a world without processes whose clock is a counter. */
export function schedulerWorld(options: WorldOptions): World {
  const { size, startTime = 5, workTime = () => 1, failsToStart = () => false, onSettled, after, ...given } = options;
  const state = createState({ ...plan, ...given }, size);
  const runs: Run[] = [];
  const asked: Asked[] = [];
  const byTicket = new Map<Ticket, Asked>();
  const timers = new Map<string, { cancelled: boolean }>();
  const agenda = new Map<number, (() => void)[]>();
  const inputs: Input[] = [];
  let busy = false;
  let now = 0;
  let starts = 0;
  let removed = 0;
  let disposed = false;

  const world: World = {
    state,
    runs,
    asked,
    removed: () => removed,
    disposed: () => disposed,
    put,
    ask: ({ key, retries = 0, stream = false } = {}) => {
      const ticket = ticketOf(asked.length + 1, key, retries, stream);
      const one: Asked = { ticket, settled: [], runs: [] };
      asked.push(one);
      byTicket.set(ticket, one);
      put({ type: 'submit', ticket });
      return one;
    },
    crash,
    later,
    run,
    now: () => now,
  };
  put({ type: 'begin' });
  return world;

  function put(input: Input): void {
    inputs.push(input);
    if (busy) return;
    busy = true;
    for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
      const actions = step(state, next, now);
      for (let action = actions.shift(); action !== undefined; action = actions.shift()) perform(action);
      after?.(world);
    }
    busy = false;
  }

  function later(ms: number, work: () => void): void {
    const at = now + ms;
    const list = agenda.get(at);
    if (list === undefined) agenda.set(at, [work]);
    else list.push(work);
  }

  function run(until = Infinity): void {
    while (agenda.size > 0 && now <= until) {
      // What is added meanwhile for now is done, too.
      const works = agenda.get(now) ?? [];
      for (const work of works) {
        work();
        hold(works.length < 10_000, 'time goes on');
      }
      agenda.delete(now);
      now += 1;
    }
    now = until === Infinity ? now : until;
  }

  function perform(action: Action): void {
    switch (action.type) {
      case 'send': {
        const { ticket, link } = action;
        const target = runs.find((one) => one.link === link)!;
        const { slot } = target;
        hold(slot.state === 'ready', 'sent to one that is ready');
        byTicket.get(ticket)?.runs.push(target);
        if (!target.alive) return;
        target.inHand.set(ticket.number, ticket);
        target.served += 1;
        later(workTime(ticket.number), () => {
          if (!target.alive || target.blocked || !target.inHand.delete(ticket.number)) return;
          const number = ticket.number;
          put({ type: 'answer', slot, link, number, data: number, stream: undefined });
        });
        return;
      }
      case 'cancel': {
        const { ticket, link } = action;
        const target = runs.find((one) => one.link === link)!;
        later(1, () => {
          if (!target.alive || target.blocked || target.ignores || !target.inHand.delete(ticket.number)) return;
          put({ type: 'done', slot: target.slot, link, number: ticket.number });
        });
        later(plan.grace, () => put({ type: 'overdue', ticket }));
        return;
      }
      case 'complete':
        settle(action.ticket, 'complete');
        return;
      case 'reject':
        settle(action.ticket, 'reject');
        return;
      case 'fail':
        settle(
          action.ticket,
          action.error === undefined ? 'cancelled' : String(Reflect.get(Object(action.error), 'code')),
        );
        return;
      case 'start':
        start(action.slot);
        return;
      case 'remove':
        remove(action.slot);
        return;
      case 'kill':
      case 'failRun':
        for (const one of runs) if (one.slot === action.slot) crash(one);
        return;
      case 'askToStop': {
        const target = runs.find((one) => one.link === action.link)!;
        later(1, () => {
          if (target.alive && !target.blocked) put({ type: 'softStopped', slot: target.slot, link: target.link });
        });
        return;
      }
      case 'ping': {
        const target = runs.find((one) => one.link === action.link)!;
        later(1, () => {
          if (!target.alive || target.blocked) return;
          const memory = { rss: 1, heapTotal: 1, heapUsed: 1 };
          put({ type: 'health', slot: target.slot, link: target.link, memory });
        });
        return;
      }
      case 'arm':
        arm(`${action.slot.number} ${action.timer}`, action.ms, () => dueOf(action.slot, action.timer));
        return;
      case 'disarm':
        cancelTimer(`${action.slot.number} ${action.timer}`);
        return;
      case 'armIdle':
        arm('idle', action.ms, () => ({ type: 'idle' }));
        return;
      case 'dispose':
        for (const slot of state.slots) remove(slot);
        later(1, () => {
          disposed = true;
          put({ type: 'disposed' });
        });
        return;
      default:
    }
  }

  function settle(ticket: Ticket, how: string): void {
    byTicket.get(ticket)?.settled.push(how);
    onSettled?.(how);
  }

  function start(slot: Slot): void {
    slot.id ||= slot.number;
    starts += 1;
    const n = starts;
    const streams = { count: () => 0 } as unknown as WorkerLink['streams'];
    const link = { streams } as WorkerLink;
    const one: Run = { slot, link, inHand: new Map(), alive: true, served: 0, blocked: false, ignores: false };
    runs.push(one);
    put({ type: 'wired', slot, link, pid: 1_000 + n });
    news(slot, { type: 'spawned', pid: 1_000 + n });
    later(startTime, () => {
      if (!one.alive) return;
      if (failsToStart(n)) {
        crash(one, true);
        return;
      }
      put({ type: 'hello', slot, link });
      put({ type: 'ready', slot, link });
    });
  }

  function crash(one: Run, forGood = false): void {
    if (!one.alive) return;
    const { slot, link } = one;
    one.alive = false;
    one.inHand.clear();
    put({ type: 'closed', slot, link, problem: undefined });
    news(slot, { type: 'exited', code: 1, signal: null, uptime: 1, expected: false });
    if (slot.exit === 'removing') return;
    if (forGood) {
      news(slot, { type: 'gaveUp', reason: 'limit' });
      return;
    }
    news(slot, { type: 'backingOff', delay: 3, crashes: 1 });
    later(3, () => {
      if (slot.exit !== 'removing' && slot.state !== 'failed') start(slot);
    });
  }

  function remove(slot: Slot): void {
    later(2, () => {
      for (const one of runs) if (one.slot === slot) crash(one);
      if (!state.slots.includes(slot)) return;
      removed += 1;
      put({ type: 'removed', slot });
      const gone = runs.filter((one) => one.slot === slot);
      for (const one of gone) runs.splice(runs.indexOf(one), 1);
    });
  }

  function news(slot: Slot, event: object): void {
    put({ type: 'child', id: slot.id, event: { id: slot.id, attempt: 1, ...event } as never, end: unknownEnd });
  }

  function arm(key: string, ms: number, input: () => Input): void {
    cancelTimer(key);
    if (ms === Infinity) return;
    const timer = { cancelled: false };
    timers.set(key, timer);
    later(ms, () => {
      if (!timer.cancelled) put(input());
    });
  }

  function cancelTimer(key: string): void {
    const timer = timers.get(key);
    if (timer !== undefined) timer.cancelled = true;
  }
}

function dueOf(slot: Slot, timer: SlotTimer): Input {
  return { type: 'due', slot, timer };
}

function ticketOf(number: number, key: string | undefined, retries: number, stream: boolean): Ticket {
  const options = { key, stream: stream ? {} : undefined, socket: undefined, retries };
  const state = { state: 'new', slot: undefined, deaths: 0, answers: 0, released: false, overdue: false };
  const links = { queue: undefined, before: undefined, after: undefined, chain: undefined };
  return { number, data: number, options, ...state, ...links } as unknown as Ticket;
}

/** What must be so after each step. Without `expect`: it is looked at a million times. */
export function expectSound({ state, asked }: World): void {
  const { slots, queue, outside, lanes, plan } = state;
  const places = new Map<Ticket, number>();
  const count = (ticket: Ticket): unknown => places.set(ticket, (places.get(ticket) ?? 0) + 1);
  [...queue.all(), ...outside.all()].forEach(count);
  for (const slot of slots) {
    const held = slot.held.all();
    [...slot.keyed.all(), ...held, ...slot.lost].forEach(count);
    const { load, overdue, link, number } = slot;
    hold(load === held.filter(({ released }) => !released).length, `load of ${number}`);
    hold(overdue === held.filter(({ overdue }) => overdue).length, `overdue of ${number}`);
    hold(load <= plan.concurrency, `concurrency of ${number}`);
    hold(link !== undefined || (held.length === 0 && slot.state !== 'ready'), `wire of ${number}`);
  }
  for (const { ticket, settled } of asked) {
    hold((places.get(ticket) ?? 0) === (ticket.state === 'settled' ? 0 : 1), `place of request ${ticket.number}`);
    hold(settled.length <= 1, `request ${ticket.number} settled twice`);
  }
  hold(state.keyed === slots.reduce((sum, { keyed }) => sum + keyed.size(), 0), 'keyed');
  for (const [key, lane] of lanes) {
    const of = (tickets: readonly Ticket[]): number => tickets.filter(({ options }) => options.key === key).length;
    hold(lane.held === of(lane.slot.held.all()) && lane.parked === of(lane.slot.keyed.all()), `lane of ${key}`);
    const others = slots.filter((slot) => slot !== lane.slot);
    hold(
      others.every(({ held, keyed }) => of([...held.all(), ...keyed.all()]) === 0),
      `two lanes of ${key}`,
    );
  }
  hold(state.wanted <= state.size, 'more workers than size');
  const room = Math.max(1, plan.max) - queue.size() - state.keyed;
  hold(outside.size() === 0 || room <= 0, 'a request waits outside, and the queue has room');
  if (state.phase === 'open') {
    const here = slots.filter((slot) => takesRequests(slot) || (slot.exit === undefined && slot.state === 'failed'));
    hold(here.length >= state.wanted, 'too few workers');
    const isFree = (slot: Slot): boolean => hasRoom(slot, plan.concurrency);
    hold(queue.size() === 0 || !slots.some(isFree), 'a request waits, and a worker has room');
    hold(!slots.some((slot) => slot.keyed.size() > 0 && isFree(slot)), 'a request waits for a worker that has room');
  }
  hold(!state.waiting && !state.changed, 'something is left to decide');
}

export function hold(condition: boolean, what: string): void {
  if (!condition) throw new Error(`not so: ${what}`);
}
