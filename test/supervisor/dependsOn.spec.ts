import { describe, expect, it } from 'vitest';
import { type ChildSpec, managed$, supervise, type Supervisor } from '../../src/index.js';
import { type FakeChild, type FakeWorld, fakeWorld } from '../fakeEffects.js';
import { fakeTimers } from '../fakeTimers.js';
import { service, type Services, servicesOf } from './services.js';

const pass = fakeTimers();

type Scene = Omit<Services, 'dispose'> & { readonly supervisor: Supervisor; readonly world: FakeWorld };

async function within(specs: readonly ChildSpec[], test: (scene: Scene) => Promise<void>): Promise<void> {
  const world = fakeWorld();
  const supervisor = supervise(specs, { effects: world.effects });
  const { dispose, ...services } = servicesOf(supervisor, world, pass);
  await pass(10);
  await test({ ...services, supervisor, world });
  await dispose();
}

const chain = [service('web', { dependsOn: ['api'] }), service('api', { dependsOn: ['db'] }), service('db')];

describe('dependsOn', () => {
  it('starts each service once those it depends on are ready, in any order of the specs', async () => {
    await within(chain, async ({ states, statuses, up }) => {
      expect(states()).toEqual(['web waiting', 'api waiting', 'db starting']);
      expect(statuses().map(({ waitsFor }) => waitsFor)).toEqual([['api'], ['db'], undefined]);
      await up('db');
      expect(states()).toEqual(['web waiting', 'api starting', 'db online']);
      await up('api', 'web');
      expect(states()).toEqual(['web online', 'api online', 'db online']);
    });
  });

  it('waits for all children with the name', async () => {
    const specs = [service('db'), service('db', { command: 'db2' }), service('api', { dependsOn: ['db'] })];
    await within(specs, async ({ states, up }) => {
      await up('db');
      expect(states()).toEqual(['db online', 'db starting', 'api waiting']);
      await up('db2');
      expect(states()).toEqual(['db online', 'db online', 'api starting']);
    });
  });

  it('waits over the restarts of a dependency', async () => {
    await within(chain.slice(1), async ({ states, child, up }) => {
      child('db').exit(1);
      await pass(10);
      expect(states()).toEqual(['api waiting', 'db backingOff']);
      await pass(200);
      await up('db');
      expect(states()).toEqual(['api starting', 'db online']);
    });
  });

  it('a child that crashes restarts by its own schedule, whatever its dependencies do', async () => {
    await within(chain.slice(1), async ({ states, child, up }) => {
      await up('db', 'api');
      child('db').exit(1);
      child('api').exit(1);
      await pass(10);
      expect(states()).toEqual(['api backingOff', 'db backingOff']);
      await pass(200);
      expect(states()).toEqual(['api starting', 'db starting']);
    });
  });

  it.each([
    ['started', (): void => undefined, 'api starting'],
    ['completed', (child: FakeChild): void => child.exit(3), 'api starting'],
    ['completedSuccessfully', (child: FakeChild): void => child.exit(0), 'api starting'],
    ['completedSuccessfully', (child: FakeChild): void => child.exit(3), 'api failed'],
    ['ready', (child: FakeChild): void => child.exit(0), 'api failed'],
  ] as const)('%s', async (condition, happen, expected) => {
    const specs = [service('api', { dependsOn: { job: condition } }), service('job', { restartAt: [] })];
    await within(specs, async ({ states, child }) => {
      if (condition !== 'started') {
        expect(states()[0]).toBe('api waiting');
        happen(child('job'));
        await pass(10);
      }
      expect(states()[0]).toBe(expected);
    });
  });

  it('names the chain of services that will never be ready, and starts them when the first is started again', async () => {
    const [web, api] = chain;
    await within([web!, api!, service('db', { restartAt: [] })], async ({ states, child, supervisor, up }) => {
      const reasons: unknown[] = [];
      supervisor.event$.subscribe((event) => {
        if (event.type === 'gaveUp') reasons.push([event.name, event.reason, event.dependencies]);
      });
      child('db').exit(1);
      await pass(10);
      expect(states()).toEqual(['web failed', 'api failed', 'db failed']);
      expect(reasons).toEqual([
        ['db', 'never', undefined],
        ['api', 'dependency', ['db']],
        ['web', 'dependency', ['api', 'db']],
      ]);
      const restarted = supervisor.restart('db');
      await pass(10);
      await up('db', 'api', 'web');
      await restarted;
      expect(states()).toEqual(['web online', 'api online', 'db online']);
    });
  });

  it('restarts with its dependency only when it says so, once for each restart', async () => {
    const specs = [
      service('api', { dependsOn: { db: { restart: true } } }),
      service('web', { dependsOn: ['db'] }),
      service('db'),
    ];
    await within(specs, async ({ statuses, child, up }) => {
      await up('db', 'api', 'web');
      child('db').exit(1);
      await pass(200);
      await up('db');
      await pass(1_000);
      await up('api');
      expect(statuses().map(({ name, restarts, state }) => [name, restarts, state])).toEqual([
        ['api', 1, 'online'],
        ['web', 0, 'online'],
        ['db', 1, 'online'],
      ]);
    });
  });

  it('restarts with a dependency that was down at its latest attempt, and with one that was added later', async () => {
    const specs = [service('api', { dependsOn: { db: { restart: true } } }), service('db')];
    await within(specs, async ({ supervisor, states, statuses, child, up }) => {
      await up('db', 'api');
      child('db').exit(1);
      child('api').exit(1);
      await pass(200);
      await up('api');
      expect(states()).toEqual(['api online', 'db starting']);
      await up('db');
      await pass(200);
      expect(states()).toEqual(['api starting', 'db online']);
      await up('api');
      supervisor.start(service('db', { command: 'db2' }));
      await pass(10);
      await up('db2');
      await pass(1_000);
      expect(statuses().map(({ attempt }) => attempt)).toEqual([1, 2, 1]);
      child('db2').exit(1);
      await pass(200);
      await up('db2');
      await pass(200);
      expect(states()).toEqual(['api starting', 'db online', 'db online']);
    });
  });

  it('stops all in reverse order, each after those that depend on it', async () => {
    await within(chain, async ({ supervisor, states, up, world }) => {
      await up('db', 'api', 'web');
      for (const each of world.alive()) each.onSignal = () => undefined;
      const stopped = supervisor.stopAll({ grace: 100 });
      await pass(50);
      expect(states()).toEqual(['web stopping', 'api online', 'db online']);
      await pass(100);
      expect(states()).toEqual(['web stopped', 'api stopping', 'db online']);
      await pass(100);
      expect(states()).toEqual(['web stopped', 'api stopped', 'db stopping']);
      await pass(100);
      await stopped;
      expect(states()).toEqual(['web stopped', 'api stopped', 'db stopped']);
    });
  });

  it('nothing that was stopped with all starts again by itself; a restart starts it', async () => {
    await within(chain, async ({ supervisor, states, up }) => {
      await up('db');
      const stopped = supervisor.stopAll();
      await pass(1_000);
      await stopped;
      expect(states()).toEqual(['web stopped', 'api stopped', 'db stopped']);
      const restarted = supervisor.restart('db');
      await pass(10);
      await up('db');
      await restarted;
      expect(states()).toEqual(['web stopped', 'api stopped', 'db online']);
    });
  });

  it('a stop by name stops this child only; a stop while it waits ends the wait', async () => {
    await within(chain, async ({ supervisor, states, up }) => {
      await supervisor.stop('web');
      await up('db', 'api');
      expect(states()).toEqual(['web stopped', 'api online', 'db online']);
      const stopped = supervisor.stop('db');
      await pass(1_000);
      await stopped;
      expect(states()).toEqual(['web stopped', 'api online', 'db stopped']);
    });
  });

  it('a child that has failed because of a dependency does not start later if it was stopped', async () => {
    await within([chain[1]!, service('db', { restartAt: [] })], async ({ supervisor, states, child, up }) => {
      child('db').exit(1);
      await pass(10);
      await supervisor.stop('api');
      expect(states()).toEqual(['api stopped', 'db failed']);
      const restarted = supervisor.restart('db');
      await pass(10);
      await up('db');
      await restarted;
      expect(states()).toEqual(['api stopped', 'db online']);
    });
  });

  it('a second stop of all has its own grace period', async () => {
    await within(chain.slice(1), async ({ supervisor, states, up, world }) => {
      await up('db', 'api');
      for (const each of world.alive()) each.onSignal = () => undefined;
      const first = supervisor.stopAll({ grace: 60_000 });
      await pass(50);
      expect(states()).toEqual(['api stopping', 'db online']);
      const second = supervisor.stopAll({ grace: 100 });
      await pass(300);
      expect(states()).toEqual(['api stopped', 'db stopped']);
      await Promise.all([first, second]);
    });
  });

  it('refuses a restart of a child that waits, with what it waits for', async () => {
    await within(chain, async ({ supervisor, states }) => {
      expect(await supervisor.restart('api')).toMatchObject([{ state: 'waiting', refused: 'it waits for db' }]);
      expect(states()).toEqual(['web waiting', 'api waiting', 'db starting']);
    });
  });

  it('works with children that were there before, in any state', async () => {
    const before = [service('db'), service('job', { restartAt: [] })];
    await within(before, async ({ supervisor, states, up, child }) => {
      await up('db');
      child('job').exit(0);
      await pass(10);
      supervisor.start(service('api', { dependsOn: { db: 'ready', job: 'completedSuccessfully' } }));
      await pass(10);
      expect(states()).toEqual(['db online', 'job stopped', 'api starting']);
    });
  });

  it('a child that was stopped before with exit code 0 has not completed', async () => {
    await within([service('job')], async ({ supervisor, states, child }) => {
      child('job').onSignal = () => {
        child('job').exit(0);
      };
      const stopped = supervisor.stop('job');
      await pass(10);
      await stopped;
      supervisor.start(service('api', { dependsOn: { job: 'completedSuccessfully' } }));
      expect(states()).toEqual(['job stopped', 'api waiting']);
    });
  });

  // The other names are those of a property of each object, and of the first child in the list.
  it.each(['db', 'constructor', '#1'])('a dependency that is removed is never ready: %s', async (name) => {
    await within([service('web'), service('api', { dependsOn: [name] }), service(name)], async (scene) => {
      const { supervisor, states, up } = scene;
      const reasons: unknown[] = [];
      supervisor.event$.subscribe((event) => {
        if (event.type === 'gaveUp') reasons.push([event.name, event.dependencies]);
      });
      await up('web');
      const removed = supervisor.remove(name);
      await pass(1_000);
      await removed;
      expect(states()).toEqual(['web online', 'api failed']);
      expect(reasons).toEqual([['api', [name]]]);
    });
  });

  it.each([
    [
      [service('api', { dependsOn: ['dv'] }), service('db')],
      "specs[0].dependsOn: 'dv' is not the name of a service. Did you mean 'db'?",
    ],
    [
      [service('a', { dependsOn: ['b'] }), service('b', { dependsOn: ['c'] }), service('c', { dependsOn: ['a'] })],
      'specs[0].dependsOn: a → b → c → a is a cycle that can never start. Remove one dependency.',
    ],
    [
      [service('a', { dependsOn: ['a'] })],
      'specs[0].dependsOn: a → a is a cycle that can never start. Remove one dependency.',
    ],
  ])('refuses what could never start, before anything starts', (specs, message) => {
    const world = fakeWorld();
    expect(() => supervise(specs, { effects: world.effects })).toThrow(message);
    expect(world.children).toEqual([]);
  });

  it('starts others after a dependency was removed, and refuses only what depends on it', async () => {
    await within(chain.slice(1), async ({ supervisor, states }) => {
      const removed = supervisor.remove('db');
      await pass(1_000);
      await removed;
      supervisor.start(service('other'));
      expect(() => supervisor.start(service('web', { dependsOn: ['db'] }))).toThrow(
        "dependsOn: 'db' is not the name of a service.",
      );
      await pass(10);
      expect(states()).toEqual(['api failed', 'other starting']);
    });
  });

  it('refuses a child by itself that depends on others', () => {
    expect(() => managed$(service('api', { dependsOn: ['db'] }))).toThrow(/^dependsOn: a child by itself/);
  });
});
