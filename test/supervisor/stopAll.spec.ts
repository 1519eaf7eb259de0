import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type ChildSpec, supervise, type Supervisor, type SupervisorEvent } from '../../src/index.js';
import { type FakeChild, type FakeWorld, fakeWorld } from '../fakeEffects.js';
import { fakeTimers } from '../fakeTimers.js';

const pass = fakeTimers();
const web: ChildSpec = { name: 'web', command: 'web' };
const job: ChildSpec = { name: 'job', command: 'job', restartAt: [], onExit: 'stopAll' };

interface Scene {
  readonly supervisor: Supervisor;
  readonly world: FakeWorld;
  readonly child: (command: string) => FakeChild;
  /** Which child stopped all, and why. */
  readonly causes: () => string[];
  readonly states: () => string[];
}

async function within(
  specs: readonly ChildSpec[],
  test: (scene: Scene) => Promise<void>,
  world = fakeWorld(),
): Promise<void> {
  const supervisor = supervise([], { effects: world.effects });
  const events: SupervisorEvent[] = [];
  let states: string[] = [];
  supervisor.event$.subscribe((event) => events.push(event));
  supervisor.status$.subscribe((statuses) => (states = statuses.map(({ name, state }) => `${name!} ${state}`)));
  for (const spec of specs) supervisor.start(spec);
  await pass(10);
  const child = (command: string): FakeChild => world.children.findLast(({ launch }) => launch.file === command)!;
  const causes = (): string[] =>
    events.flatMap((event) =>
      event.type === 'stoppingAll'
        ? [`${event.name!}#${event.id} ${event.reason} ${event.signal ?? String(event.code)}`]
        : [],
    );
  await test({ supervisor, world, child, causes, states: () => states });
  const disposed = supervisor[Symbol.asyncDispose]();
  await pass(5_000);
  await disposed;
  expect(world.alive()).toEqual([]);
}

describe("onExit: 'stopAll'", () => {
  it.each([
    ['a clean exit', (child: FakeChild) => child.exit(0), 'job#2 exit 0', 'stopped'],
    ['a failure', (child: FakeChild) => child.exit(3), 'job#2 failure 3', 'failed'],
    ['a signal', (child: FakeChild) => child.exit(null, 'SIGKILL'), 'job#2 failure SIGKILL', 'failed'],
  ])('%s stops all others', async (_, end, cause, state) => {
    await within([web, job, web], async ({ child, causes, states }) => {
      end(child('job'));
      await pass(300);
      expect(states()).toEqual(['web stopped', `job ${state}`, 'web stopped']);
      expect(causes()).toEqual([cause]);
    });
  });

  it('a crash that is followed by a restart stops nothing', async () => {
    await within([web, { ...job, restartAt: [100] }], async ({ child, causes, states }) => {
      child('job').exit(3);
      await pass(50);
      expect(states()).toEqual(['web online', 'job backingOff']);
      await pass(100);
      expect(states()).toEqual(['web online', 'job online']);
      expect(causes()).toEqual([]);
    });
  });

  it('the end of a child without it stops nothing', async () => {
    await within([web, job], async ({ child, causes, states }) => {
      child('web').exit(0);
      await pass(300);
      expect(states()).toEqual(['web stopped', 'job online']);
      expect(causes()).toEqual([]);
    });
  });

  it('the first instance that ends counts', async () => {
    await within([job, job, job], async ({ world, causes, states }) => {
      world.children[1]!.exit(0);
      await pass(300);
      expect(states()).toEqual(['job stopped', 'job stopped', 'job stopped']);
      expect(causes()).toEqual(['job#2 exit 0']);
    });
  });

  it('of two that end at once, the first stops all', async () => {
    await within([job, { ...job, name: 'other' }], async ({ world, causes, states }) => {
      world.children[1]!.exit(4);
      world.children[0]!.exit(0);
      await pass(300);
      expect(states()).toEqual(['job stopped', 'other failed']);
      expect(causes()[0]).toBe('other#2 failure 4');
    });
  });

  it('a child that cannot be started, before all others have been', async () => {
    const world = fakeWorld(undefined, (attempt) => (attempt === 1 ? { code: 'EAGAIN' } : undefined));
    await within(
      [job, web],
      async ({ causes, states }) => {
        await pass(300);
        expect(states()).toEqual(['job failed', 'web stopped']);
        expect(causes()).toEqual(['job#1 failure null']);
      },
      world,
    );
  });

  it('a child that waits for a service that will never be ready', async () => {
    await within([web], async ({ supervisor, causes, states }) => {
      supervisor.add(job).giveUp(['db']);
      await pass(300);
      expect(states()).toEqual(['web stopped', 'job failed']);
      expect(causes()).toEqual(['job#2 failure null']);
    });
  });

  it('an onStopAll handler that throws or rejects is warned of, and all children stop', async () => {
    const world = fakeWorld();
    const warned = vi.spyOn(world.effects.process, 'emitWarning').mockReturnValue();
    await within(
      [web, job],
      async ({ supervisor, states }) => {
        supervisor.onStopAll(async () => Promise.reject(new Error('rejected')));
        supervisor.onStopAll(() => {
          throw new Error('thrown');
        });
        const stopped = expect(supervisor.stopAll()).resolves.toHaveLength(2);
        await pass(300);
        await stopped;
        expect(states()).toEqual(['web stopped', 'job stopped']);
        expect(warned.mock.calls).toEqual([
          ['onStopAll handler: Error: thrown', 'RxvisorWarning'],
          ['onStopAll handler: Error: rejected', 'RxvisorWarning'],
        ]);
      },
      world,
    );
  });

  it('runs the onStopping handlers, once', async () => {
    await within([web, job], async ({ supervisor, child }) => {
      const handler = vi.fn();
      supervisor.onStopping(handler);
      child('job').exit(0);
      await pass(300);
      expect(handler).toHaveBeenCalledTimes(1);
    });
  });

  it('works again, with children that are started later', async () => {
    await within([web, job], async ({ supervisor, child, causes, states }) => {
      child('job').exit(0);
      await pass(300);
      void supervisor.restart(() => true);
      await pass(10);
      expect(states()).toEqual(['web online', 'job online']);
      child('job').exit(5);
      await pass(300);
      expect(states()).toEqual(['web stopped', 'job failed']);
      expect(causes()).toEqual(['job#2 exit 0', 'job#2 failure 5']);
    });
  });
});

describe('a request is no end', () => {
  it.each<[string, (supervisor: Supervisor) => unknown]>([
    ['stop', (supervisor) => supervisor.stop('job')],
    ['restart', (supervisor) => supervisor.restart('job')],
    ['remove', (supervisor) => supervisor.remove('job')],
  ])('%s of a running child', async (_, request) => {
    await within([web, job], async ({ supervisor, causes, states }) => {
      void request(supervisor);
      await pass(500);
      expect(states()[0]).toBe('web online');
      expect(causes()).toEqual([]);
    });
  });

  it.each<[string, (supervisor: Supervisor) => unknown]>([
    ['stop', (supervisor) => supervisor.stop('job')],
    ['remove', (supervisor) => supervisor.remove('job')],
  ])('%s of a child in its back-off', async (_, request) => {
    await within([web, { ...job, restartAt: [1_000] }], async ({ supervisor, child, causes, states }) => {
      child('job').exit(1);
      await pass(10);
      void request(supervisor);
      await pass(2_000);
      expect(states()[0]).toBe('web online');
      expect(causes()).toEqual([]);
    });
  });

  it('a restart while the log of an ended run is being written', async () => {
    const world = fakeWorld();
    world.disk.delay = 50;
    await within(
      [web, { ...job, log: '/job.log' }],
      async ({ supervisor, child, causes, states }) => {
        child('job').say('done\n');
        child('job').exit(0);
        await pass(20);
        expect(states()).toEqual(['web online', 'job stopping']);
        void supervisor.restart('job');
        await pass(500);
        expect(states()).toEqual(['web online', 'job online']);
        expect(causes()).toEqual([]);
      },
      world,
    );
  });

  it('a replacement that fails beside the child that it should replace', async () => {
    await within([web, { ...job, command: 'old' }], async ({ supervisor, child, causes, states }) => {
      const fresh = supervisor.add({ ...job, command: 'new' }, { id: 2 });
      fresh.start();
      await pass(10);
      child('new').exit(1);
      await pass(300);
      expect(states()).toEqual(['web online', 'job online', 'job failed']);
      expect(causes()).toEqual([]);
      // Now it is the only one.
      void fresh.remove();
      child('old').exit(1);
      await pass(300);
      expect(states()).toEqual(['web stopped', 'job failed']);
      expect(causes()).toEqual(['job#2 failure 1']);
    });
  });
});

describe("onFailure: 'stopAll'", () => {
  const server: ChildSpec = { name: 'server', command: 'server', onFailure: 'stopAll' };

  it('a failure stops all others: here, when the limit of restarts is reached', async () => {
    const limited = { ...server, restartAt: [100], limit: { max: 1, within: 10_000 } };
    await within([web, limited], async ({ child, causes, states }) => {
      child('server').exit(1);
      await pass(150);
      expect(states()).toEqual(['web online', 'server online']);
      child('server').exit(7);
      await pass(300);
      expect(states()).toEqual(['web stopped', 'server failed']);
      expect(causes()).toEqual(['server#2 failure 7']);
    });
  });

  it('a clean exit stops nothing', async () => {
    await within([web, server], async ({ child, causes, states }) => {
      child('server').exit(0);
      await pass(300);
      expect(states()).toEqual(['web online', 'server stopped']);
      expect(causes()).toEqual([]);
    });
  });
});

it('any children, in any order of exits, stops, restarts and removals: all are stopped by the first end for good, and by nothing else', async () => {
  const spec = fc.record({
    restartAt: fc.constantFrom([], [100]),
    onExit: fc.constantFrom('ignore', 'stopAll'),
    onFailure: fc.constantFrom('ignore', 'stopAll'),
  });
  const step = fc.record({
    child: fc.nat(2),
    // Most of them after the new run has begun, some in the back-off.
    wait: fc.constantFrom(10, 150),
    action: fc.constantFrom('exit 0', 'exit 1', 'stop', 'restart', 'remove'),
  });
  let aborted = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(spec, { minLength: 3, maxLength: 3 }),
      fc.array(step, { minLength: 5, maxLength: 15 }),
      async (policies, steps) => {
        const specs = policies.map((policy, index): ChildSpec => {
          const command = `child${index}`;
          return { name: command, command, ...policy };
        });
        await within(specs, async ({ supervisor, child, causes, states }) => {
          for (const { child: index, wait, action } of steps) {
            const { name, restartAt, onExit, onFailure } = specs[index] as ChildSpec & { name: string };
            const [status] = supervisor.describe(name).map((each) => each.status);
            const [verb, code] = action.split(' ');
            const isAlive = status?.state === 'online';
            const { length: before } = causes();
            if (verb === 'exit' && isAlive) child(name).exit(Number(code));
            if (verb === 'stop') void supervisor.stop(name);
            if (verb === 'restart') void supervisor.restart(name);
            if (verb === 'remove') void supervisor.remove(name);
            const isFailure = code === '1' && Array.isArray(restartAt) && restartAt.length === 0;
            const isEnd = verb === 'exit' && isAlive && (code === '0' || isFailure);
            const stopsAll = isEnd && (onExit === 'stopAll' || (isFailure && onFailure === 'stopAll'));
            await pass(wait);
            expect(causes().slice(before)).toEqual(
              stopsAll ? [`${name}#${index + 1} ${isFailure ? 'failure' : 'exit'} ${code}`] : [],
            );
            if (!stopsAll) continue;
            aborted += 1;
            await pass(300);
            for (const state of states()) expect(state).toMatch(/stopped|failed/);
          }
        });
      },
    ),
    { numRuns: 200 },
  );
  expect(aborted).toBeGreaterThan(50);
});
