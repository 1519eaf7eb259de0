import { BehaviorSubject, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type ChildSpec, supervise, type Supervisor } from '../../src/index.js';
import { type Desired, nothingDesired } from '../../src/reconcile/desired.js';
import { addService, deleteService, replaceService, scaleService, stopService } from '../../src/reconcile/requests.js';
import { converge, type ConvergeEvent } from '../../src/supervisor/converge.js';
import { type FakeWorld, fakeWorld } from '../fakeEffects.js';
import { fakeTimers } from '../fakeTimers.js';
import { service, type Services, servicesOf } from './services.js';

const pass = fakeTimers();

const ready = { condition: 'ready', restart: false } as const;
const plain = { instances: [0], exec: 'fork', dependsOn: {} } as const;

interface Scene extends Omit<Services, 'dispose'> {
  readonly supervisor: Supervisor;
  readonly world: FakeWorld;
  readonly events: readonly ConvergeEvent[];
  readonly change: (change: (desired: Desired<ChildSpec>) => Desired<ChildSpec>) => Promise<void>;
  readonly end: () => void;
}

/** Services that converge in a world of their own, of which nothing is left afterwards. */
async function within(test: (scene: Scene) => Promise<void>): Promise<void> {
  const world = fakeWorld();
  const supervisor = supervise([], { effects: world.effects });
  const desired$ = new BehaviorSubject<Desired<ChildSpec>>(nothingDesired);
  const events: ConvergeEvent[] = [];
  const { dispose, ...services } = servicesOf(supervisor, world, pass);
  const running = converge(supervisor, desired$).subscribe((event) => events.push(event));
  await test({
    ...services,
    supervisor,
    world,
    events,
    change: async (change) => {
      desired$.next(change(desired$.value));
      await pass(10);
    },
    end: () => {
      running.unsubscribe();
    },
  });
  await dispose();
  running.unsubscribe();
  await pass(10);
  expect(world.alive()).toEqual([]);
  expect(world.disk.descriptors()).toBe(0);
}

const dbAndApi = (desired: Desired<ChildSpec>): Desired<ChildSpec> =>
  addService(addService(desired, 'db', service('db'), plain), 'api', service('api'), {
    ...plain,
    dependsOn: { db: ready },
  });

describe('converge', () => {
  it('starts a service once its dependency is ready, and shows until then what it waits for', async () => {
    await within(async ({ change, states, statuses, up }) => {
      await change(dbAndApi);
      expect(states()).toEqual(['api waiting', 'db starting']);
      expect(statuses()[0]).toMatchObject({ name: 'api', waitsFor: ['db'], attempt: 0 });
      await up('db');
      expect(states()).toEqual(['api starting', 'db online']);
      expect(statuses()[0]).not.toHaveProperty('waitsFor');
      await up('api');
      expect(states()).toEqual(['api online', 'db online']);
    });
  });

  it('gives up what waits for a service that has failed, and names the chain', async () => {
    await within(async ({ change, states, child, supervisor }) => {
      const gaveUp: unknown[] = [];
      supervisor.event$.subscribe((event) => {
        if (event.type === 'gaveUp') gaveUp.push({ ...event });
      });
      await change((desired) => {
        const db = addService(desired, 'db', service('db', { restartAt: [] }), plain);
        const api = addService(db, 'api', service('api'), { ...plain, dependsOn: { db: ready } });
        return addService(api, 'web', service('web'), { ...plain, dependsOn: { api: ready } });
      });
      expect(states()).toEqual(['api waiting', 'db starting', 'web waiting']);
      child('db').exit(1);
      await pass(10);
      expect(states()).toEqual(['api failed', 'db failed', 'web failed']);
      expect(gaveUp).toMatchObject([
        { name: 'db', reason: 'never' },
        { name: 'api', reason: 'dependency', dependencies: ['db'] },
        { name: 'web', reason: 'dependency', dependencies: ['api', 'db'] },
      ]);
    });
  });

  it('stops all in reverse order', async () => {
    await within(async ({ change, up, supervisor, states, world }) => {
      await change(dbAndApi);
      await up('db');
      await up('api');
      for (const each of world.alive()) each.onSignal = () => undefined;
      const stopped = supervisor.stopAll({ grace: 100 });
      await pass(50);
      expect(states()).toEqual(['api stopping', 'db online']);
      await pass(60);
      expect(states()).toEqual(['api stopped', 'db stopping']);
      await pass(100);
      await stopped;
      expect(states()).toEqual(['api stopped', 'db stopped']);
    });
  });

  it('stops by signal what the manager has to stop, in the same order', async () => {
    await within(async ({ change, up, world, states }) => {
      await change(dbAndApi);
      await up('db');
      await up('api');
      const ends: string[] = [];
      for (const each of world.alive()) {
        each.onSignal = () => {
          ends.push(each.launch.file);
          each.exit(0);
        };
      }
      world.host.raise('SIGTERM', 'SIGTERM');
      await pass(50);
      expect(ends).toEqual(['api', 'db']);
      expect(states()).toEqual(['api stopped', 'db stopped']);
    });
  });

  it('keeps the ids of instances over a rolling reload, in which one of each serves at any time', async () => {
    await within(async ({ change, statuses, world }) => {
      const say = async (): Promise<void> => {
        for (const each of world.alive()) each.say('up\n');
        await pass(10);
      };
      const online = (): unknown[] => statuses().map(({ id, instance, state, pid }) => [id, instance, state, pid]);
      const two = { ...plain, instances: [0, 1], exec: 'cluster' } as const;
      await change((desired) => addService(desired, 'web', service('web'), two));
      await say();
      expect(online()).toEqual([
        [1, 0, 'online', 1_001],
        [2, 1, 'online', 1_002],
      ]);
      await change((desired) => replaceService(desired, 'web', 'rolling'));
      expect(online()).toEqual([
        [1, 0, 'online', 1_001],
        [1, 0, 'starting', 1_003],
        [2, 1, 'online', 1_002],
      ]);
      await say();
      expect(online()).toEqual([
        [1, 0, 'online', 1_003],
        [2, 1, 'online', 1_002],
        [2, 1, 'starting', 1_004],
      ]);
      await say();
      expect(online()).toEqual([
        [1, 0, 'online', 1_003],
        [2, 1, 'online', 1_004],
      ]);
    });
  });

  it('leaves alone what was stopped by hand, also while it waited', async () => {
    await within(async ({ change, up, supervisor, states }) => {
      await change(dbAndApi);
      const refused = supervisor.restart('api');
      await expect(refused).resolves.toMatchObject([{ state: 'waiting', refused: 'it waits for db' }]);
      await supervisor.stop('api');
      expect(states()).toEqual(['api stopped', 'db starting']);
      await up('db');
      expect(states()).toEqual(['api stopped', 'db online']);
      const restarted = supervisor.restart('api');
      await pass(10);
      await up('api');
      await restarted;
      expect(states()).toEqual(['api online', 'db online']);
      const stopping = supervisor.stop('db');
      await pass(10);
      await stopping;
      expect(states()).toEqual(['api online', 'db stopped']);
    });
  });

  it('lists a service that is stopped, and removes one that is deleted', async () => {
    await within(async ({ change, up, states }) => {
      await change((desired) => stopService(addService(desired, 'db', service('db'), plain), 'db'));
      expect(states()).toEqual(['db stopped']);
      await change((desired) => replaceService(desired, 'db', 'rolling'));
      await up('db');
      expect(states()).toEqual(['db online']);
      await change((desired) => scaleService(desired, 'db', 2));
      expect(states()).toEqual(['db online', 'db starting']);
      await change((desired) => deleteService(desired, 'db'));
      expect(states()).toEqual([]);
    });
  });

  it('reports a spec that cannot be started, and starts the others', async () => {
    await within(async ({ change, events, states }) => {
      await change((desired) => {
        const bad = addService(desired, 'bad', { name: 'bad', command: '' }, plain);
        return addService(bad, 'good', service('good'), plain);
      });
      expect(events.filter(({ type }) => type === 'startFailed')).toMatchObject([{ key: 'bad', instance: 0 }]);
      expect(states()).toEqual(['good starting']);
    });
  });

  it('touches no other children, and takes its own along when it is unsubscribed', async () => {
    await within(async ({ change, supervisor, states, end }) => {
      supervisor.start({ name: 'other', command: 'other' });
      await change(dbAndApi);
      end();
      await pass(10);
      expect(states()).toEqual(['other online']);
    });
  });

  it('stops all when what is desired fails, and passes the error on after that', async () => {
    const world = fakeWorld();
    const supervisor = supervise([], { effects: world.effects });
    const desired$ = new Subject<Desired<ChildSpec>>();
    const errors: unknown[] = [];
    converge(supervisor, desired$).subscribe({ error: (error: unknown) => errors.push(error) });
    desired$.next(dbAndApi(nothingDesired));
    await pass(10);
    for (const each of world.alive()) each.onSignal = () => undefined;
    desired$.error(new Error('no more'));
    await pass(10);
    expect([errors, world.alive().length]).toEqual([[], 1]);
    await pass(1_000);
    expect([errors, world.alive().length]).toEqual([[new Error('no more')], 0]);
    await supervisor[Symbol.asyncDispose]();
  });
});
