import fc from 'fast-check';
import { timer } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RxvisorError } from '../../src/index.js';
import { session, type Session, type SessionEvent } from '../../src/session/index.js';
import { type FakeChild, fakeWorld, type FakeWorld } from '../fakeEffects.js';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

interface Played {
  readonly made: Session;
  readonly world: FakeWorld;
  readonly port: () => number;
  readonly ask: (work: Promise<unknown>) => void;
}

/** What can happen to a session, in any order. */
const actions: Readonly<Record<string, (played: Played) => void>> = {
  restart: ({ made, ask }) => ask(made.restart()),
  'restart force': ({ made, ask }) => ask(made.restart({ force: true })),
  'set port': ({ made, ask, port }) => ask(made.set('port.server', port())),
  'set port, restart': ({ made, ask, port }) => ask(made.set('port.server', port(), { restart: true })),
  'set polling, now': ({ made, ask }) => ask(made.set('polling', 50, { now: true })),
  stop: ({ made, ask }) => ask(made.supervisor.stop('web')),
  remove: ({ made, ask }) => ask(made.supervisor.remove('web')),
  fail: ({ made }) => void made.supervisor.fail('web'),
  call: ({ made, ask }) => ask(made.ipc.call('hang', undefined, { timeout: Infinity })),
  'last words': ({ world }) =>
    world.children.at(-1)?.happen({ type: 'message', message: { rxvisor: 'crash', error: new Error('boom') } }),
  crash: ({ world }) => world.children.at(-1)?.exit(1),
  exit: ({ world }) => world.children.at(-1)?.exit(0),
  end: ({ made, ask }) => ask(made.endSession('asked for')),
  'end force': ({ made, ask }) => ask(made.endSession('forced', { graceful: false, exitCode: 3 })),
  signal: ({ world }) => world.host.raise('SIGTERM', 'SIGTERM'),
};

/** How a worker takes a signal: in so many ms, or not at all. */
function workers(pace: number | undefined): FakeWorld {
  return fakeWorld((child: FakeChild) => {
    child.onSignal = () => {
      if (pace !== undefined) timer(pace).subscribe(() => child.exit(0));
    };
  });
}

const plan = fc.record({
  pace: fc.constantFrom(0, 5, 40, undefined),
  steps: fc.array(fc.tuple(fc.constantFrom(...Object.keys(actions)), fc.constantFrom(0, 0, 1, 3, 20, 150)), {
    minLength: 1,
    maxLength: 12,
  }),
});

it('whatever happens in whatever order, it ends once, all that was asked is settled, and nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ pace, steps }) => {
      const world = workers(pace);
      world.host.kill = () => true;
      const made = session(
        { name: 'web', script: 'server.js', restartAt: [10, 30], grace: 100 },
        {
          effects: world.effects,
          ports: { server: 8_080 },
          polling: 20,
          heartbeat: { port: 'server' },
          notify: [() => timer(15)],
          throttle: 60,
          print: () => undefined,
        },
      );
      const events: SessionEvent[] = [];
      made.event$.subscribe((event) => events.push(event));
      const whys: string[] = [];
      made.onExit(({ type }) => whys.push(type));
      made.onExit(() => timer(30));
      let port = 9_000;
      const asked: Promise<unknown>[] = [];
      const ask = (work: Promise<unknown>): void => {
        asked.push(work.catch((error: unknown) => expect(error).toBeInstanceOf(RxvisorError)));
      };
      const played: Played = { made, world, port: () => (port += 1), ask };
      for (const [what, ms] of steps) {
        actions[what]?.(played);
        await vi.advanceTimersByTimeAsync(ms);
      }
      ask(made.endSession('the last word'));
      await vi.advanceTimersByTimeAsync(20_000);
      const spawnedSoFar = world.children.length;

      await Promise.all(asked);
      const end = await made.ended;
      expect(events.filter(({ type }) => type === 'sessionEnded')).toEqual([{ type: 'sessionEnded', ...end }]);
      expect(events.at(-1)?.type).toBe('sessionEnded');
      expect(whys.filter((why) => why === 'sessionEnd')).toEqual(['sessionEnd']);
      expect(whys.at(-1)).toBe('sessionEnd');
      // At most once for each run, and once for the session.
      expect(whys.length).toBeLessThanOrEqual(spawnedSoFar + 1);
      expect(world.alive()).toEqual([]);
      await vi.advanceTimersByTimeAsync(100_000);
      expect(world.children).toHaveLength(spawnedSoFar);
      expect(vi.getTimerCount()).toBe(0);
      expect(['exit', 'SIGINT', 'SIGTERM'].map((event) => world.host.listenerCount(event))).toEqual([0, 0, 0]);
    }),
    { numRuns: 1_000, endOnFailure: true },
  );
}, 180_000);
