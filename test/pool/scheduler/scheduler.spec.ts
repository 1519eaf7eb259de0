import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unknownEnd } from '../../../src/model/runEnd.js';
import type { Slot } from '../../../src/pool/scheduler/ticket.js';
import { takesRequests } from '../../../src/pool/scheduler/slot.js';
import { expectSound, hold, schedulerWorld, type World } from './schedulerWorld.js';

type Action =
  | { readonly do: 'ask'; readonly key: string | undefined; readonly retries: number; readonly stream: boolean }
  | { readonly do: 'cancel' | 'crash' | 'block' | 'ignore' | 'busy'; readonly which: number }
  | { readonly do: 'resize'; readonly to: number }
  | { readonly do: 'grow old'; readonly which: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      key: fc.constantFrom(undefined, undefined, 'a', 'b', 'c'),
      retries: fc.nat({ max: 2 }),
      stream: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('cancel' as const, 'crash' as const, 'block' as const, 'ignore' as const, 'busy' as const),
      which: fc.nat({ max: 20 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('grow old' as const), which: fc.nat({ max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resize' as const), to: fc.integer({ min: 1, max: 4 }) }) },
);
const actions = fc.array(fc.record({ after: fc.nat({ max: 8 }), action }), { maxLength: 60 });
const options = fc.record({
  size: fc.integer({ min: 1, max: 4 }),
  min: fc.constantFrom(undefined, 1, 2),
  concurrency: fc.integer({ min: 1, max: 3 }),
  max: fc.constantFrom(Infinity, 3),
  onFull: fc.constantFrom('error' as const, 'wait' as const),
  onUnresponsive: fc.constantFrom('replace' as const, 'leave' as const),
  recycle: fc.record({
    maxRequests: fc.constantFrom(Infinity, 1, 3),
    maxRss: fc.constant(Infinity),
    maxAge: fc.constantFrom(Infinity, 40),
  }),
});
const work = (number: number): number => 1 + ((number * 7) % 13);

function perform(world: World, action: Action): void {
  const live = world.runs.filter(({ alive }) => alive);
  if (action.do === 'ask') {
    world.ask({
      retries: action.retries,
      stream: action.stream,
      ...(action.key === undefined ? {} : { key: action.key }),
    });
  } else if (action.do === 'resize') {
    world.put({ type: 'resize', size: action.to, resized: () => undefined });
  } else if (action.do === 'cancel') {
    const ticket = world.asked[action.which % Math.max(1, world.asked.length)]?.ticket;
    if (ticket !== undefined) world.put({ type: 'drop', ticket });
  } else {
    const run = live[action.which % Math.max(1, live.length)];
    if (run === undefined) return;
    const { slot, link } = run;
    if (action.do === 'crash') world.crash(run);
    else if (action.do === 'ignore') run.ignores = true;
    else if (action.do === 'grow old') world.put({ type: 'due', slot, timer: 'age' });
    else if (action.do === 'block') {
      run.blocked = true;
      // In the end every block is over, or a worker under 'leave' would be one for ever.
      world.later(400, () => world.crash(run));
    } else if (slot.state === 'ready') {
      world.put({ type: 'busy', slot, link });
      world.later(20, () => world.put({ type: 'ready', slot, link }));
    }
  }
}

describe('the scheduler of a pool, whatever happens', () => {
  it('loses no request, keeps its books, keeps workers at work, keeps the order of keys, and comes to rest', () => {
    fc.assert(
      fc.property(
        options,
        actions,
        fc.constantFrom('softStop' as const, 'hardStop' as const),
        (options, actions, end) => {
          const world = schedulerWorld({ ...options, workTime: work, after: expectSound });
          let at = 6;
          for (const { after, action } of actions) {
            at += after;
            world.later(at, () => perform(world, action));
          }
          world.run(at + 1_000);
          expect(world.asked.filter(({ settled }) => settled.length !== 1)).toEqual([]);
          // At rest: nothing is waited for but the age of workers.
          expect(world.state.queue.size() + world.state.outside.size() + world.state.keyed).toBe(0);
          if (options.min !== undefined && options.recycle.maxAge === Infinity) {
            expect(world.state.slots.filter(takesRequests).length).toBeLessThanOrEqual(options.min);
          }
          world.put({ type: end });
          world.run(at + 3_000);
          expect([world.state.phase, world.state.slots, world.disposed()]).toEqual(['stopped', [], true]);
        },
      ),
      { numRuns: 400 },
    );
  }, 60_000);

  it('requests of a key are begun in their order, and not before those that another worker has are over', () => {
    fc.assert(
      fc.property(options, actions, (options, actions) => {
        const begun = new Map<string, number>();
        const world = schedulerWorld({
          ...options,
          workTime: work,
          onUnresponsive: 'leave',
          after: ({ asked }) => {
            for (const { ticket, runs } of asked) {
              const { number, options } = ticket;
              if (options.key !== undefined && runs.length > 0 && number > (begun.get(options.key) ?? 0)) {
                begun.set(options.key, number);
              }
            }
            for (const { ticket, runs } of asked) {
              const { number, options, state } = ticket;
              if (options.key === undefined || runs.length > 0 || (state !== 'queued' && state !== 'waiting')) continue;
              hold(
                number > (begun.get(options.key) ?? 0),
                `request ${number} waits, and a later one of its key is begun`,
              );
            }
          },
        });
        let at = 6;
        for (const { after, action } of actions) {
          at += after;
          world.later(at, () => perform(world, action));
        }
        world.run(at + 1_000);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

describe('recycling', () => {
  const RECYCLES = 10_000;
  const cases = [1, 2, 5].flatMap((size) => [1, 64].map((outstanding) => [size, outstanding] as const));

  it.each(cases)(
    `${RECYCLES} times, size %i, %i at once: as many workers as there are to be at any moment, and no request fails`,
    (size, outstanding) => {
      const counts = fc.record({
        concurrency: fc.integer({ min: 1, max: 8 }),
        maxRequests: fc.integer({ min: 2, max: 4 }),
      });
      const times = fc.record({ startTime: fc.integer({ min: 1, max: 4 }), lasts: fc.integer({ min: 1, max: 4 }) });
      fc.assert(
        fc.property(counts, times, ({ concurrency, maxRequests }, { startTime, lasts }) => {
          let online = false;
          let enough = false;
          const world = schedulerWorld({
            size,
            concurrency,
            startTime,
            workTime: (number) => 4 + (number % lasts),
            recycle: { maxRequests, maxRss: Infinity, maxAge: Infinity },
            onSettled: (how) => {
              hold(how === 'complete', `a request ends with ${how}`);
              if (!enough) world.later(0, world.ask);
            },
            after: ({ state, removed }) => {
              const staying = state.slots.filter(({ exit }) => exit === undefined);
              const ready = staying.filter(({ state }) => state === 'ready').length;
              online ||= ready === size;
              hold(!online || ready >= size, `${ready} of ${size} are ready`);
              // One is replaced at a time.
              hold(staying.length <= size + 1, `${staying.length} workers in place of ${size}`);
              enough = removed() >= RECYCLES / 10;
            },
          });
          for (let n = 0; n < outstanding; n += 1) world.ask();
          world.run();
          expect(world.removed()).toBeGreaterThanOrEqual(RECYCLES / 10);
          expect(world.asked.every(({ settled }) => settled.length === 1)).toBe(true);
        }),
        { numRuns: 10 },
      );
    },
    60_000,
  );

  it('the old worker serves until the new one is ready, though that says first that it is busy', () => {
    const world = schedulerWorld({
      size: 1,
      concurrency: 1,
      recycle: { maxRequests: 2, maxRss: Infinity, maxAge: Infinity },
      startTime: 50,
      after: expectSound,
    });
    const first = world.runs[0]!;
    world.run(60);
    world.ask();
    world.ask();
    world.run(70);
    const second = world.runs[1]!;
    world.put({ type: 'busy', slot: second.slot, link: second.link });
    const meanwhile = world.ask();
    world.run(80);
    expect([meanwhile.settled, meanwhile.runs]).toEqual([['complete'], [first]]);
    world.run(1_000);
    expect(world.state.slots.map(({ number, state }) => [number, state])).toEqual([[2, 'ready']]);
  });

  it('with one request a process: each run gets one, and all are answered', () => {
    for (const size of [1, 2, 5]) {
      let left = 2_000;
      const world = schedulerWorld({
        size,
        concurrency: 1,
        recycle: { maxRequests: 1, maxRss: Infinity, maxAge: Infinity },
        onSettled: (how) => {
          expect(how).toBe('complete');
          left -= 1;
          if (left >= 64) world.later(0, world.ask);
        },
        after: ({ runs, state }) => {
          hold(
            runs.every(({ served }) => served <= 1),
            'one request a run',
          );
          hold(state.slots.filter(takesRequests).length >= size, 'workers or replacements on their way');
        },
      });
      for (let n = 0; n < 64; n += 1) world.ask();
      world.run();
      expect(world.asked).toHaveLength(2_000);
      expect(new Set(world.asked.map(({ runs }) => runs[0])).size).toBe(2_000);
    }
  });

  it('a worker that was to replace one that could go on cannot be started: that one stays', () => {
    const world = schedulerWorld({
      size: 1,
      recycle: { maxRequests: 1, maxRss: Infinity, maxAge: Infinity },
      failsToStart: (n) => n > 1,
      after: expectSound,
    });
    world.run(10);
    world.ask();
    world.run(1_000);
    const last = world.ask();
    world.run(2_000);
    expect([last.settled, world.state.slots.map(({ number }) => number)]).toEqual([['complete'], [1]]);
  });
});

describe('an unresponsive worker that is replaced', () => {
  const started = (size: number, ignores: boolean) => {
    const work = [100_000, 60, 60];
    const options = { size, concurrency: 4, onUnresponsive: 'replace', after: expectSound } as const;
    const world = schedulerWorld({ ...options, workTime: (number) => work[number - 1] ?? 1 });
    world.run(6);
    const asked = [world.ask(), world.ask(), world.ask({ stream: true })];
    const [run] = world.runs;
    if (ignores) run!.ignores = true;
    else run!.blocked = true;
    world.put({ type: 'drop', ticket: asked[0]!.ticket });
    return { world, asked, run: run! };
  };

  it('ignores a cancellation: its other requests are finished, new ones go to the new worker', () => {
    const { world, asked, run } = started(1, true);
    world.run(30);
    const next = world.ask();
    world.run(1_000);
    expect(asked.map(({ settled, runs }) => [settled, runs.length])).toEqual([
      [['cancelled'], 1],
      [['complete'], 1],
      [['complete'], 1],
    ]);
    expect(next.runs).not.toContain(run);
    expect([next.settled, run.alive]).toEqual([['complete'], false]);
    expect(world.state.slots).toHaveLength(1);
  });

  it('is blocked: its other requests go to the new worker, beyond their retries, if they can', () => {
    const { world, asked, run } = started(1, false);
    world.run(1_000);
    expect(asked.map(({ settled, runs }) => [settled, runs.length])).toEqual([
      [['cancelled'], 1],
      [['complete'], 2],
      [['ERR_WORKER_DIED'], 1],
    ]);
    expect(run.alive).toBe(false);
  });

  it('lets go after all before the new one is ready: it stays, and may be replaced another time', () => {
    const world = schedulerWorld({
      size: 1,
      startTime: 50,
      onUnresponsive: 'replace',
      workTime: (n) => (n === 3 ? 1_000 : 90),
    });
    world.run(51);
    const [run] = world.runs;
    run!.ignores = true;
    world.put({ type: 'drop', ticket: world.ask().ticket });
    world.run(51 + 21);
    expect(world.state.slots.map(({ retire }) => retire)).toEqual(['unresponsive', undefined]);
    world.run(51 + 91);
    // The new one was faster: at a start of 50 ms it is ready 19 ms before that.
    expect(world.state.slots.map(({ number }) => number)).toEqual([2]);
    const slow = schedulerWorld({
      size: 1,
      startTime: 50,
      onUnresponsive: 'replace',
      workTime: (n) => (n === 2 ? 1_000 : 40),
    });
    slow.run(51);
    slow.runs[0]!.ignores = true;
    slow.put({ type: 'drop', ticket: slow.ask().ticket });
    slow.run(51 + 45);
    slow.run(51 + 60);
    expect(slow.state.slots.map(({ number, retire }) => [number, retire])).toEqual([[1, undefined]]);
    slow.put({ type: 'drop', ticket: slow.ask().ticket });
    slow.run(51 + 60 + 90);
    expect(slow.state.slots.map(({ number }) => number)).toEqual([3]);
  });
});

describe('a pool with min', () => {
  it('starts with so many, grows with what waits, and shrinks when workers are idle', () => {
    const world = schedulerWorld({
      size: 4,
      min: 1,
      concurrency: 1,
      idleTimeout: 100,
      workTime: () => 30,
      after: expectSound,
    });
    world.run(10);
    expect(world.state.slots).toHaveLength(1);
    for (let n = 0; n < 3; n += 1) world.ask();
    expect(world.state.slots).toHaveLength(3);
    for (let n = 0; n < 30; n += 1) world.ask();
    expect(world.state.slots).toHaveLength(4);
    world.run(300);
    expect(world.asked.every(({ settled }) => settled[0] === 'complete')).toBe(true);
    expect(world.state.slots).toHaveLength(4);
    world.run(500);
    expect(world.state.slots).toHaveLength(1);
    // At rest: a pool that has shrunk does nothing more.
    let steps = 0;
    world.later(1, () => (steps = world.state.slots.length));
    world.run();
    expect(steps).toBe(1);
  });

  it('is as small as resize says, though that is less than min', () => {
    const world = schedulerWorld({ size: 4, min: 2, concurrency: 1, idleTimeout: 100, after: expectSound });
    world.run(10);
    for (let n = 0; n < 8; n += 1) world.ask();
    world.run(50);
    expect(world.state.slots).toHaveLength(4);
    world.put({ type: 'resize', size: 1, resized: () => undefined });
    world.run(1_000);
    expect(world.state.slots).toHaveLength(1);
  });

  it('does not shrink while something waits', () => {
    const workTime = (number: number): number => (number < 3 ? 5 : 500);
    const world = schedulerWorld({ size: 2, min: 1, concurrency: 1, idleTimeout: 20, workTime, after: expectSound });
    world.run(10);
    world.ask();
    world.ask();
    world.run(25);
    world.ask({ key: 'a' });
    world.ask({ key: 'a' });
    world.run(520);
    const inUse = ({ load, keyed }: Slot): number => load + keyed.size();
    expect(world.state.slots.map(({ number }) => number)).toEqual([1, 2]);
    expect(world.state.slots.map(inUse).sort()).toEqual([0, 2]);
    world.run(540);
    expect(world.state.slots.map(inUse)).toEqual([1]);
    world.run(1_100);
    expect(world.asked.map(({ settled }) => settled)).toEqual(Array(4).fill(['complete']));
  });

  it('does not shrink by workers that hold sockets', () => {
    const world = schedulerWorld({
      size: 2,
      min: 1,
      concurrency: 1,
      idleTimeout: 20,
      workTime: () => 5,
      after: expectSound,
    });
    world.run(10);
    world.ask();
    world.ask();
    world.run(15);
    const [, second] = world.state.slots;
    second!.sockets = 1;
    for (const slot of world.state.slots) slot.sockets = 1;
    world.run(500);
    expect(world.state.slots).toHaveLength(2);
    world.put({ type: 'socketClosed', slot: second!, link: second!.link! });
    world.run(600);
    expect(world.state.slots.map(({ number }) => number)).toEqual([1]);
  });
});

describe('requests of one key', () => {
  const sent = (world: World) => {
    const order: number[] = [];
    for (const { ticket, runs } of world.asked) if (runs.length > 0) order.push(ticket.number);
    return order;
  };

  it('go on elsewhere as soon as those before them are over, while their worker still leaves', () => {
    const work = [50, 1_000, 10];
    const world = schedulerWorld({ size: 1, concurrency: 2, workTime: (n) => work[n - 1] ?? 1, after: expectSound });
    world.run(10);
    world.ask({ key: 'a' });
    world.ask();
    const next = world.ask({ key: 'a' });
    world.put({ type: 'due', slot: world.state.slots[0]!, timer: 'age' });
    world.run(55);
    expect(sent(world)).toEqual([1, 2]);
    world.run(75);
    expect([next.settled, next.runs.length]).toEqual([['complete'], 1]);
    world.run(2_000);
    expect(world.asked.map(({ settled }) => settled.length)).toEqual([1, 1, 1]);
  });

  it('keep their order when their worker dies, the one it had first', () => {
    const order: number[] = [];
    const world = schedulerWorld({
      size: 1,
      concurrency: 1,
      workTime: () => 20,
      after: ({ state }) => {
        const [held] = state.slots.flatMap((slot) => slot.held.all());
        if (held !== undefined && order.at(-1) !== held.number) order.push(held.number);
      },
    });
    world.run(10);
    for (let n = 0; n < 4; n += 1) world.ask({ key: 'a', retries: 1 });
    world.crash(world.runs[0]!);
    world.run(1_000);
    expect(order).toEqual([1, 2, 3, 4]);
    expect(world.asked.map(({ settled }) => settled)).toEqual(Array(4).fill(['complete']));
  });
});

it('a request outside the queue comes in when one in the queue is cancelled, before those that come later', () => {
  const begun = new Set<number>();
  const world = schedulerWorld({
    size: 1,
    concurrency: 1,
    max: 1,
    onFull: 'wait',
    workTime: () => 50,
    after: ({ asked }) => {
      for (const { ticket, runs } of asked) if (runs.length > 0) begun.add(ticket.number);
    },
  });
  world.run(10);
  const [, second] = [1, 2, 3].map(() => world.ask({ key: 'a' }));
  world.put({ type: 'drop', ticket: second!.ticket });
  world.ask({ key: 'a' });
  world.run(1_000);
  expect([...begun]).toEqual([1, 3, 4]);
});

it('a wire that closes only after the back-off has begun does not end its worker for good', () => {
  const world = schedulerWorld({ size: 1 });
  world.run(10);
  const { slot, link } = world.runs[0]!;
  const happen = (event: object): void =>
    world.put({ type: 'child', id: slot.id, event: { id: slot.id, ...event } as never, end: unknownEnd });
  happen({ type: 'exited', code: 1, signal: null });
  happen({ type: 'backingOff', delay: 60_000, crashes: 5 });
  world.put({ type: 'closed', slot, link, problem: undefined });
  world.run(30_000);
  expect(slot.state).toBe('down');
});
