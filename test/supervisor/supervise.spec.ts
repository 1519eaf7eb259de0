import { resolve } from 'node:path';
import fc from 'fast-check';
import { concat, config, NEVER, Observable, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  type ChildSpec,
  type State,
  type Status,
  supervise,
  type Supervisor,
  type SupervisorEvent,
  type Target,
} from '../../src/index.js';
import { coded, type FakeChild, type FakeWorld, fakeWorld } from '../fakeEffects.js';
import { fakeTimers } from '../fakeTimers.js';

const pass = fakeTimers();
const sleeper = (name?: string): ChildSpec => ({ command: 'sleep', ...(name !== undefined && { name }) });
const ids = (statuses: readonly Status[]): unknown[] => statuses.map(({ id }) => id);
const pids = (world: FakeWorld): number[] => world.alive().map(({ pid }) => pid);

/** The latest value of a stream. */
function latest(supervisor: Supervisor): () => readonly Status[] {
  let last: readonly Status[] = [];
  supervisor.status$.subscribe((statuses) => (last = statuses));
  return () => last;
}

/** What a promise has come to, to be looked at without waiting for it. */
function watch<T>(promise: PromiseLike<T>): { value?: T; error?: unknown } {
  const seen: { value?: T; error?: unknown } = {};
  promise.then(
    (value) => (seen.value = value),
    (error: unknown) => (seen.error = error),
  );
  return seen;
}

/** Disposes of a supervisor to the end, and sees that nothing is left of it. */
async function endOf(supervisor: Supervisor, { alive, host, disk }: FakeWorld): Promise<void> {
  const disposing = watch(supervisor[Symbol.asyncDispose]().then(() => true));
  await pass(5_000);
  expect(disposing.value).toBe(true);
  expect(alive()).toEqual([]);
  expect(disk.descriptors()).toBe(0);
  for (const event of ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP']) expect(host.listenerCount(event)).toBe(0);
}

/** A supervisor in a world of its own, taken down after the test's part. */
async function within(
  specs: readonly ChildSpec[],
  test: (supervisor: Supervisor, world: FakeWorld) => Promise<void>,
  world = fakeWorld(),
): Promise<void> {
  const supervisor = supervise(specs, { effects: world.effects });
  await pass(10);
  await test(supervisor, world);
  await endOf(supervisor, world);
}

describe('identity', () => {
  it('a command by name reaches all that bear it, and nobody else', async () => {
    await within([sleeper('twin'), sleeper('other'), sleeper('twin')], async (supervisor, world) => {
      const stopping = watch(supervisor.stop('twin'));
      await pass(10);
      expect(ids(stopping.value ?? [])).toEqual([1, 3]);
      expect(pids(world)).toEqual([1_002]);
      expect(latest(supervisor)().map(({ state }) => state)).toEqual(['stopped', 'online', 'stopped']);
    });
  });

  it('a child without a name is reached by id and by stopAll, not by name', async () => {
    await within([sleeper(), sleeper(), sleeper('undefined')], async (supervisor, world) => {
      const byName = watch(supervisor.stop('undefined'));
      await pass(10);
      expect(ids(byName.value ?? [])).toEqual([3]);
      expect(watch(supervisor.stop(''))).toEqual({});
      const byId = watch(supervisor.stop(1));
      await pass(10);
      expect(ids(byId.value ?? [])).toEqual([1]);
      expect(pids(world)).toEqual([1_002]);
      const all = watch(supervisor.stopAll());
      await pass(10);
      expect(ids(all.value ?? [])).toEqual([1, 2, 3]);
      expect(pids(world)).toEqual([]);
    });
  });

  it('ids are stable over restarts, new for each start, and never used again', async () => {
    await within([sleeper('a')], async (supervisor) => {
      const status = latest(supervisor);
      const restarting = watch(supervisor.restart('a'));
      await pass(10);
      expect(restarting.value).toMatchObject([{ id: 1, state: 'online', attempt: 2 }]);
      expect(supervisor.start(sleeper('a')).id).toBe(2);
      await pass(10);
      const removing = watch(supervisor.remove(2));
      await pass(10);
      expect(ids(removing.value ?? [])).toEqual([2]);
      expect(supervisor.start(sleeper('a'))).toMatchObject({ id: 3, name: 'a' });
      await pass(10);
      expect(ids(status())).toEqual([1, 3]);
    });
  });

  it('a child is reached by its pid, as long as it has it, and by a predicate', async () => {
    await within([sleeper('a'), { ...sleeper('b'), namespace: 'web' }], async (supervisor) => {
      const byPid = watch(supervisor.stop({ pid: 1_001 }));
      await pass(10);
      expect(ids(byPid.value ?? [])).toEqual([1]);
      expect(supervisor.reset({ pid: 1_001 })).toEqual([]);
      expect(ids(supervisor.reset(({ namespace }) => namespace === 'web'))).toEqual([2]);
    });
  });

  it('describes what each was started by, paths made absolute, until it is removed', async () => {
    await within([{ ...sleeper('a'), log: 'a.log' }, sleeper('b')], async (supervisor) => {
      const [described] = supervisor.describe('a');
      expect(described).toMatchObject({ status: { id: 1 }, spec: { command: 'sleep', log: resolve('a.log') } });
      expect(supervisor.start(described!.spec)).toMatchObject({ id: 3, name: 'a' });
      await pass(10);
      const removing = watch(supervisor.remove('a'));
      await pass(10);
      expect(ids(removing.value ?? [])).toEqual([1, 3]);
      expect(supervisor.describe('a')).toEqual([]);
      expect(supervisor.describe(() => true)).toHaveLength(1);
    });
  });

  it('an unknown target is answered with nothing', async () => {
    await within([sleeper('a')], async (supervisor, world) => {
      for (const unknown of ['b', 7, 0, -1, { pid: 1 }, () => false]) {
        await expect(supervisor.stop(unknown)).resolves.toEqual([]);
        await expect(supervisor.restart(unknown)).resolves.toEqual([]);
        await expect(supervisor.remove(unknown)).resolves.toEqual([]);
        expect(supervisor.reset(unknown)).toEqual([]);
        expect(supervisor.signal(unknown, 'SIGHUP')).toEqual([]);
        await expect(supervisor.send(unknown, 'hello')).resolves.toEqual([]);
        expect(supervisor.reopenLogs(unknown)).toEqual([]);
      }
      expect(pids(world)).toEqual([1_001]);
    });
  });

  it.each([
    undefined,
    null,
    {},
    [],
    true,
    { pid: '1' },
    { pid: undefined },
    Symbol('a'),
    Object.create(null) as unknown,
  ])('the target %o is an error, and nothing is touched', async (wrong) => {
    await within([sleeper('a'), sleeper()], async (supervisor, world) => {
      const target = wrong as Target;
      const refused = expect.objectContaining({ name: 'RxvisorError', code: 'ERR_TARGET' }) as Error;
      await expect(supervisor.stop(target)).rejects.toEqual(refused);
      await expect(supervisor.restart(target)).rejects.toEqual(refused);
      await expect(supervisor.remove(target)).rejects.toEqual(refused);
      expect(() => supervisor.reset(target)).toThrow(refused);
      expect(() => supervisor.signal(target, 'SIGKILL')).toThrow(refused);
      await expect(supervisor.send(target, 'hello')).rejects.toEqual(refused);
      expect(() => supervisor.reopenLogs(target)).toThrow(refused);
      await pass(10);
      expect(world.children.flatMap(({ signals }) => signals)).toEqual([]);
      expect(latest(supervisor)().map(({ state, attempt }) => [state, attempt])).toEqual([
        ['online', 1],
        ['online', 1],
      ]);
    });
  });

  it('a predicate that throws is the error of the call', async () => {
    await within([sleeper('a')], async (supervisor) => {
      const wrong = (): boolean => {
        throw new TypeError('wrong');
      };
      await expect(supervisor.stop(wrong)).rejects.toThrow('wrong');
      expect(() => supervisor.reset(wrong)).toThrow('wrong');
    });
  });
});

describe('start', () => {
  it('starts all of the specs, or none if one of them is wrong', () => {
    const { effects, children, host } = fakeWorld();
    expect(() => supervise([sleeper('good'), { command: 'bad', grace: -1 }], { effects })).toThrow(
      expect.objectContaining({ code: 'ERR_SPEC', field: 'specs[1].grace' }) as Error,
    );
    expect(() => supervise([sleeper('good'), { command: 'bad', grace: -1 }], { effects })).toThrow(
      /^specs\[1\]\.grace: -1 is not a delay\. Give milliseconds/,
    );
    const slips = [sleeper('good'), undefined] as never;
    expect(() => supervise(slips, { effects })).toThrow(/^specs\[1\]: undefined is not a spec\. Give an object/);
    expect(children).toEqual([]);
    expect(host.listenerCount('exit')).toBe(0);
  });

  it('a wrong spec is thrown at once and changes nothing', async () => {
    await within([], async (supervisor, world) => {
      const status = latest(supervisor);
      expect(() => supervisor.start({})).toThrow(expect.objectContaining({ code: 'ERR_SPEC' }) as Error);
      expect(status()).toEqual([]);
      expect(world.children).toEqual([]);
      expect(supervisor.start(sleeper()).id).toBe(1);
    });
  });

  it('whoever subscribes right after it sees the child from its first event', async () => {
    await within([], async (supervisor) => {
      const events: SupervisorEvent[] = [];
      const statuses: Status[] = [];
      const child = supervisor.start(sleeper('a'));
      child.event$.subscribe((event) => events.push(event));
      child.status$.subscribe((status) => statuses.push(status));
      await pass(10);
      expect(events).toEqual([
        { type: 'spawned', id: 1, name: 'a', attempt: 1, pid: 1_001 },
        { type: 'ready', id: 1, name: 'a', attempt: 1 },
      ]);
      expect(statuses.map(({ state, pid }) => [state, pid])).toEqual([
        ['starting', undefined],
        ['starting', 1_001],
        ['online', 1_001],
      ]);
    });
  });

  it('cannot be done once the supervisor is disposed of', async () => {
    const world = fakeWorld();
    const supervisor = supervise([sleeper('a')], { effects: world.effects });
    await endOf(supervisor, world);
    expect(() => supervisor.start(sleeper())).toThrow(expect.objectContaining({ code: 'ERR_DISPOSED' }) as Error);
    expect(world.children).toHaveLength(1);
    await expect(supervisor.stopAll()).resolves.toEqual([]);
    await expect(supervisor.restart('a')).resolves.toEqual([]);
  });
});

describe('views', () => {
  it('status$ gives a snapshot, then every change', async () => {
    const world = fakeWorld();
    const supervisor = supervise([sleeper('a')], { effects: world.effects });
    const seen: string[] = [];
    const collect = (list: string[]) => (statuses: readonly Status[]) =>
      list.push(statuses.map(({ name, state }) => `${String(name)} ${state}`).join(', '));
    supervisor.status$.subscribe(collect(seen));
    expect(seen).toEqual(['a starting']);
    await pass(10);
    supervisor.start(sleeper('b'));
    await pass(10);
    const late: string[] = [];
    supervisor.status$.subscribe(collect(late));
    expect(late).toEqual(['a online, b online']);
    const removing = watch(supervisor.remove('a'));
    await pass(10);
    expect(removing.value).toMatchObject([{ name: 'a', state: 'stopped' }]);
    expect(seen).toEqual([
      'a starting',
      'a starting', // spawned: it has a pid now
      'a online',
      'a online, b starting',
      'a online, b starting',
      'a online, b online',
      'a stopping, b online',
      'a stopping, b online', // exited: it has no pid now
      'a stopped, b online',
      'b online',
    ]);
    await endOf(supervisor, world);
  });

  it('come and go without starting or stopping anything', async () => {
    await within([sleeper('a')], async (supervisor, world) => {
      supervisor.event$.subscribe().unsubscribe();
      supervisor.status$.subscribe().unsubscribe();
      const child = supervisor.start(sleeper('b'));
      child.event$.subscribe().unsubscribe();
      child.status$.subscribe().unsubscribe();
      await pass(10);
      expect(pids(world)).toEqual([1_001, 1_002]);
    });
  });

  it('of a child complete when it is removed, those of the others go on', async () => {
    await within([], async (supervisor) => {
      const ended: string[] = [];
      for (const name of ['a', 'b']) {
        const child = supervisor.start(sleeper(name));
        child.event$.subscribe({ complete: () => ended.push(`${name} event$`) });
        child.status$.subscribe({ complete: () => ended.push(`${name} status$`) });
      }
      supervisor.event$.subscribe({ complete: () => ended.push('event$') });
      await pass(10);
      const removing = watch(supervisor.remove('a'));
      await pass(10);
      expect(ids(removing.value ?? [])).toEqual([1]);
      expect(ended).toEqual(['a event$', 'a status$']);
    });
  });

  it('all complete when the supervisor is disposed of, which can be done twice', async () => {
    const world = fakeWorld();
    const supervisor = supervise([], { effects: world.effects });
    const ended: string[] = [];
    const child = supervisor.start(sleeper('a'));
    const events: SupervisorEvent['type'][] = [];
    supervisor.event$.subscribe({ next: ({ type }) => events.push(type), complete: () => ended.push('event$') });
    supervisor.status$.subscribe({ complete: () => ended.push('status$') });
    child.event$.subscribe({ complete: () => ended.push('child.event$') });
    child.status$.subscribe({ complete: () => ended.push('child.status$') });
    await pass(10);
    const twice = watch(
      Promise.all([supervisor[Symbol.asyncDispose](), supervisor[Symbol.asyncDispose]()]).then(() => true),
    );
    await pass(10);
    expect(twice.value).toBe(true);
    expect(events).toEqual(['spawned', 'ready', 'stopping', 'exited']);
    expect(ended.sort()).toEqual(['child.event$', 'child.status$', 'event$', 'status$']);
    await endOf(supervisor, world);
  });

  it('a viewer that throws disturbs nobody', async () => {
    const reported: unknown[] = [];
    config.onUnhandledError = (error) => reported.push(error);
    try {
      await within([sleeper('a')], async (supervisor, world) => {
        supervisor.event$.subscribe(() => {
          throw new Error('a viewer of events');
        });
        const stopping = watch(supervisor.stop('a'));
        await pass(10);
        expect(stopping.value).toMatchObject([{ state: 'stopped' }]);
        expect(pids(world)).toEqual([]);
      });
    } finally {
      config.onUnhandledError = null;
    }
    // One each for stopping and exited.
    expect(reported.map(String)).toEqual(['Error: a viewer of events', 'Error: a viewer of events']);
  });
});

/** A child that takes `ms` to stop. */
const stopsAfter = (ms: number) => (child: FakeChild) => {
  child.onSignal = () => void timer(ms).subscribe(() => child.exit(0));
};

describe('stop', () => {
  it('resolves when the group is gone and the log written', async () => {
    const world = fakeWorld(stopsAfter(50));
    world.disk.delay = 30;
    const test = async (supervisor: Supervisor): Promise<void> => {
      world.children[0]?.say('last words\n');
      const stopping = watch(supervisor.stop('a').then((statuses) => ({ statuses, alive: pids(world) })));
      await pass(49);
      expect(stopping.value).toBeUndefined();
      await pass(100);
      expect(stopping.value).toMatchObject({
        statuses: [{ id: 1, state: 'stopped', lastExit: { code: 0, signal: null } }],
        alive: [],
      });
      expect(stopping.value?.statuses[0]).not.toHaveProperty('pid');
      expect(world.disk.text('/log')).toBe('last words\n');
      expect(world.children[0]?.signals).toEqual(['SIGTERM']);
    };
    await within([{ ...sleeper('a'), log: '/log' }], test, world);
  });

  it('does not resolve before the log is written', async () => {
    const world = fakeWorld();
    world.disk.delay = 3_000;
    const test = async (supervisor: Supervisor): Promise<void> => {
      world.children[0]?.say('last words\n');
      const stopping = watch(supervisor.stop('a'));
      await pass(2_000);
      expect(world.alive()).toEqual([]);
      expect(stopping.value).toBeUndefined();
      await pass(1_100);
      expect(stopping.value).toHaveLength(1);
      expect(world.disk.text('/log')).toBe('last words\n');
    };
    await within([{ ...sleeper('a'), log: '/log', grace: 5_000 }], test, world);
  });

  it('kills after the grace of the spec, or after the one it is given', async () => {
    const world = fakeWorld((child) => (child.onSignal = () => undefined));
    const specs = [sleeper('a'), sleeper('b'), { ...sleeper('c'), grace: 1_000 }];
    const test = async (supervisor: Supervisor): Promise<void> => {
      const all = ['a', 'b', 'c'].map((name) => supervisor.stop(name, name === 'b' ? { grace: 50 } : {}));
      const stopping = watch(Promise.all(all));
      await pass(49);
      expect(pids(world)).toEqual([1_001, 1_002, 1_003]);
      await pass(2);
      expect(pids(world)).toEqual([1_001, 1_003]);
      await pass(148);
      expect(pids(world)).toEqual([1_001, 1_003]);
      await pass(3);
      expect(pids(world)).toEqual([1_003]);
      await pass(900);
      expect(stopping.value).toHaveLength(3);
    };
    await within(specs, test, world);
  });

  it('stopAll hands its grace to all', async () => {
    const world = fakeWorld((child) => (child.onSignal = () => undefined));
    const test = async (supervisor: Supervisor): Promise<void> => {
      const stopping = watch(supervisor.stopAll({ grace: 1_000 }));
      await pass(990);
      expect(pids(world)).toEqual([1_001, 1_002]);
      await pass(20);
      expect(stopping.value).toMatchObject([{ state: 'stopped' }, { state: 'stopped' }]);
    };
    await within([sleeper('a'), sleeper()], test, world);
  });

  it('of a stopped, a given up or a finished child is answered at once', async () => {
    const specs = [sleeper('a'), { ...sleeper('b'), restartAt: [] }, sleeper('c')];
    await within(specs, async (supervisor, { children }) => {
      const stopping = watch(supervisor.stop('a'));
      children[1]?.exit(1);
      children[2]?.exit(0);
      await pass(10);
      expect(stopping.value).toHaveLength(1);
      await expect(supervisor.stop(() => true)).resolves.toMatchObject([
        { name: 'a', state: 'stopped' },
        { name: 'b', state: 'failed', lastExit: { code: 1 } },
        { name: 'c', state: 'stopped', lastExit: { code: 0 } },
      ]);
    });
  });

  it('while the program is being spawned stops it, and in a back-off ends that', async () => {
    const world = fakeWorld();
    const supervisor = supervise([sleeper('a')], { effects: world.effects });
    const early = watch(supervisor.stop('a'));
    await pass(10);
    expect(early.value).toMatchObject([{ state: 'stopped', attempt: 1 }]);
    supervisor.start(sleeper('b'));
    await pass(10);
    world.children[1]?.exit(1);
    await pass(10);
    const [status] = supervisor.reset('b');
    expect(status?.state).toBe('backingOff');
    const inBackOff = watch(supervisor.stop('b'));
    await pass(0);
    expect(inBackOff.value).toMatchObject([{ state: 'stopped', attempt: 1 }]);
    await pass(10_000);
    expect(world.children).toHaveLength(2);
    await endOf(supervisor, world);
  });
});

describe('stopped and failed mean that the log is complete, too', () => {
  /** What a viewer sees: events but for `output`, states with what the log has then. */
  function recorded(supervisor: Supervisor, { disk }: FakeWorld): string[] {
    const seen: string[] = [];
    supervisor.event$.subscribe(({ type }) => type !== 'output' && seen.push(type));
    supervisor.status$.subscribe(([status]) => {
      const state = `is ${String(status?.state)} (${disk.names().includes('/log') ? disk.text('/log').trim() : ''})`;
      if (seen.findLast((one) => one.startsWith('is ')) !== state) seen.push(state);
    });
    return seen;
  }

  const lastWords = (child: FakeChild): void => {
    child.onSignal = (signal) => {
      child.say('bye\n');
      child.exit(null, signal);
    };
  };

  it.each([
    [
      'a stop',
      async (supervisor: Supervisor) => supervisor.stop(1),
      {},
      ['is stopping ()', 'stopping', 'exited', 'is stopped (bye)'],
    ],
    [
      'the last crash',
      async (supervisor: Supervisor) => supervisor.signal(1, 'SIGTERM'),
      { restartAt: [] },
      ['is stopping ()', 'exited', 'gaveUp', 'is failed (bye)'],
    ],
    [
      'a restart, which is never stopped',
      async (supervisor: Supervisor) => supervisor.restart(1),
      {},
      ['is stopping ()', 'stopping', 'exited', 'is starting ()', 'spawned', 'is online ()', 'ready'],
    ],
    [
      'a crash, neither',
      async (supervisor: Supervisor) => supervisor.signal(1, 'SIGTERM'),
      { restartAt: [50] },
      [
        'is stopping ()',
        'exited',
        'is backingOff ()',
        'backingOff',
        'is starting ()',
        'spawned',
        'is online ()',
        'ready',
      ],
    ],
  ] as const)('%s', async (_what, act, spec, expected) => {
    const world = fakeWorld(lastWords);
    world.disk.delay = 100;
    const test = async (supervisor: Supervisor): Promise<void> => {
      const seen = recorded(supervisor, world);
      void act(supervisor);
      await pass(290);
      expect(seen.slice(1)).toEqual(expected);
    };
    await within([{ ...sleeper('a'), log: '/log', ...spec }], test, world);
  });

  it('a log that hangs holds a stop up for the grace, and is said to be incomplete before', async () => {
    const world = fakeWorld(lastWords);
    let free = (): void => undefined;
    const hung$ = new Observable<never>((subscriber) => {
      free = () => {
        subscriber.complete();
      };
    });
    const write$: FakeWorld['effects']['write$'] = (...args) => concat(hung$, world.effects.write$(...args));
    const supervisor = supervise([{ ...sleeper('a'), log: '/log', grace: 400 }], {
      effects: { ...world.effects, write$ },
    });
    await pass(10);
    const seen = recorded(supervisor, world);
    const stopping = watch(supervisor.stop(1));
    await pass(395);
    expect(stopping.value).toBeUndefined();
    expect(seen.slice(1)).toEqual(['is stopping ()', 'stopping', 'exited']);
    await pass(20);
    expect(stopping.value).toMatchObject([{ state: 'stopped' }]);
    expect(seen.slice(4)).toEqual(['logFailed', 'is stopped ()']);
    // And when the disk is back, nothing is lost.
    free();
    expect(world.disk.text('/log')).toBe('bye\n');
    await endOf(supervisor, world);
  });

  it('nor does a flood into it, whose pipe is not read any more: what it holds is', async () => {
    const world = fakeWorld((child) => {
      child.closesPipe = false;
      child.say(`${'x'.repeat(1_100_000)}\n`);
    });
    const supervisor = supervise([{ ...sleeper('a'), log: '/log' }], {
      effects: { ...world.effects, write$: () => NEVER },
    });
    await pass(150);
    expect(world.children[0]?.paused()).toBe(true);
    const stopping = watch(supervisor.stop(1));
    await pass(450);
    expect(stopping.value).toMatchObject([{ state: 'stopped' }]);
    await supervisor[Symbol.asyncDispose]();
    expect(world.children[0]?.drains()).toBe(1);
  });

  it('a restart of one that was given up waits for its log, and reports its result', async () => {
    const world = fakeWorld((child) => {
      child.say('no\n');
      child.exit(1);
    });
    world.disk.delay = 50;
    const test = async (supervisor: Supervisor): Promise<void> => {
      await pass(100);
      const restarting = watch(supervisor.restart(1));
      await pass(20);
      expect(restarting.value).toBeUndefined();
      expect(supervisor.reset(1)).toMatchObject([{ state: 'stopping', restarts: 0 }]);
      await pass(100);
      expect(restarting.value).toMatchObject([{ state: 'failed', lastExit: { code: 1 } }]);
      expect(world.disk.text('/log')).toBe('no\nno\n');
    };
    await within([{ ...sleeper('a'), log: '/log', restartAt: [], ready: { line: 'up' } }], test, world);
  });
});

describe('restart that has to last', () => {
  it.each([
    ['for as long as it is asked to', {}, { settle: 300 }, 300],
    ['for as long as its spec says', { settle: 300 }, undefined, 300],
    ['as asked, whatever its spec says', { settle: 5_000 }, { settle: 300 }, 300],
    ['not at all, as it is asked', { settle: 5_000 }, { settle: 0 }, 0],
    ['not at all by default', {}, undefined, 0],
  ])('%s', async (_what, spec, options, settle) => {
    await within([{ ...sleeper('a'), ...spec }], async (supervisor) => {
      const restarting = watch(supervisor.restart('a', options));
      if (settle > 0) {
        await pass(settle - 10);
        expect(restarting.value).toBeUndefined();
      }
      await pass(20);
      expect(restarting.value).toMatchObject([{ id: 1, state: 'online', restarts: 1 }]);
      expect(restarting.value?.[0]).not.toHaveProperty('refused');
    });
  });

  it.each([
    [
      'crashes meanwhile',
      {},
      (child: FakeChild): void => {
        child.exit(3);
      },
      'backingOff',
      'it did not come up. The last run ended: exit code 3.',
    ],
    [
      'is given up meanwhile',
      { restartAt: [] },
      (child: FakeChild): void => {
        child.exit(3);
      },
      'failed',
      'it did not come up. The last run ended: exit code 3.',
    ],
    [
      'is reported as failed',
      {},
      (_: FakeChild, supervisor: Supervisor): void => void supervisor.fail(1),
      'backingOff',
      'it did not come up. The last run ended: it was reported as failed (SIGTERM).',
    ],
    [
      'is stopped meanwhile',
      {},
      (_: FakeChild, supervisor: Supervisor): void => void supervisor.stop(1),
      'stopped',
      'it was stopped meanwhile',
    ],
    [
      'is removed meanwhile',
      {},
      (_: FakeChild, supervisor: Supervisor): void => void supervisor.remove(1),
      'stopped',
      'it was stopped meanwhile',
    ],
  ] as const)('one that %s is refused', async (_what, spec, end, state, refused) => {
    const world = fakeWorld();
    const test = async (supervisor: Supervisor): Promise<void> => {
      const restarting = watch(supervisor.restart('a', { settle: 1_000 }));
      await pass(500);
      end(world.children[1]!, supervisor);
      await pass(100);
      expect(restarting.value).toMatchObject([{ id: 1, state, refused }]);
    };
    await within([{ ...sleeper('a'), restartAt: [5_000], ...spec }], test, world);
  });

  it('one that is restarted again meanwhile has to last from then on', async () => {
    await within([sleeper('a')], async (supervisor) => {
      const first = watch(supervisor.restart('a', { settle: 1_000 }));
      await pass(600);
      const second = watch(supervisor.restart('a', { settle: 500 }));
      await pass(600);
      expect([first.value, second.value]).toMatchObject([undefined, [{ restarts: 2 }]]);
      await pass(500);
      expect(first.value).toMatchObject([{ state: 'online', restarts: 2 }]);
    });
  });

  it('is refused for a wrong settle', async () => {
    await within([sleeper('a')], async (supervisor) => {
      await expect(supervisor.restart('a', { settle: -1 })).rejects.toThrow(/^settle: -1 is not a delay/);
    });
  });
});

describe('watch', () => {
  it('resolves when all is watched, and not before; of one that is not running with why not', async () => {
    const world = fakeWorld();
    world.looks.watching$ = timer(300);
    const test = async (supervisor: Supervisor): Promise<void> => {
      void supervisor.stop('b');
      await pass(10);
      const [on, toggled] = [watch(supervisor.watch('a', true)), watch(supervisor.watch('b'))];
      await pass(290);
      expect([on.value, toggled.value]).toMatchObject([undefined, [{ name: 'b', refused: 'not running' }]]);
      await pass(20);
      expect(on.value).toMatchObject([{ name: 'a', state: 'online' }]);
      const [again, off] = [watch(supervisor.watch('a', true)), watch(supervisor.watch('a'))];
      await pass(0);
      expect([again.value, off.value]).toMatchObject([[{ name: 'a' }], [{ name: 'a' }]]);
      expect(world.looks.watched).toEqual([]);
    };
    await within([sleeper('a'), sleeper('b')], test, world);
  });

  it('is refused when the files cannot be watched, and when it is stopped meanwhile', async () => {
    const world = fakeWorld();
    world.looks.watching$ = throwError(() => coded('ENOSPC'));
    const test = async (supervisor: Supervisor): Promise<void> => {
      const failing = watch(supervisor.watch('a', true));
      await pass(0);
      expect(failing.value).toMatchObject([{ name: 'a', refused: 'ENOSPC: it failed' }]);
      world.looks.watching$ = NEVER;
      const stopped = watch(supervisor.watch('b', true));
      void supervisor.stop('b');
      await pass(10);
      expect(stopped.value).toMatchObject([{ name: 'b', refused: 'it was stopped meanwhile' }]);
      await expect(supervisor.watch('a', 1 as never)).rejects.toThrow(/^on: 1 /);
    };
    await within([sleeper('a'), sleeper('b')], test, world);
  });
});

describe('restart', () => {
  it('resolves when the new run is ready, and not before', async () => {
    const script: ChildSpec = { name: 'a', script: 'a.js', ready: 'message' };
    await within([script], async (supervisor, { children }) => {
      children[0]?.happen({ type: 'message', message: { rxvisor: 'ready' } });
      await pass(10);
      const restarting = watch(supervisor.restart('a'));
      await pass(1_000);
      expect(children).toHaveLength(2);
      expect(restarting.value).toBeUndefined();
      children[1]?.happen({ type: 'message', message: { rxvisor: 'ready' } });
      await pass(0);
      expect(restarting.value).toMatchObject([{ state: 'online', pid: 1_002, attempt: 2, restarts: 1, crashes: 0 }]);
    });
  });

  it('resolves when the new run fails instead', async () => {
    const world = fakeWorld(undefined, (attempt) => (attempt > 1 ? { code: 'EAGAIN', late: true } : undefined));
    const test = async (supervisor: Supervisor): Promise<void> => {
      const restarting = watch(supervisor.restart('a'));
      await pass(10);
      expect(restarting.value).toMatchObject([{ state: 'backingOff', lastExit: { error: 'EAGAIN: it failed' } }]);
      await pass(100);
      expect(world.children).toHaveLength(1);
    };
    await within([sleeper('a')], test, world);
  });

  it('of those that share their ports is done in turns; who is stopped meanwhile stays so', async () => {
    const web: ChildSpec = { name: 'web', script: 'web.js', exec: 'cluster', ready: { line: 'up' } };
    const world = fakeWorld((child) => timer(100).subscribe(() => child.say('up\n')));
    await within(
      [web, web, web],
      async (supervisor) => {
        await pass(100);
        const states = (): State[] => supervisor.describe('web').map(({ status }) => status.state);
        const restarting = watch(supervisor.restart('web'));
        await pass(50);
        expect(states()).toEqual(['starting', 'online', 'online']);
        void supervisor.stop(2);
        await pass(1_000);
        expect(states()).toEqual(['online', 'stopped', 'online']);
        expect(restarting.value).toMatchObject([{ restarts: 1 }, { restarts: 0 }, { restarts: 1 }]);
      },
      world,
    );
  });

  it('runs a stopped, a finished or a failed child again, with the same id', async () => {
    const specs = [sleeper('a'), sleeper('b'), { ...sleeper('c'), restartAt: [0] }];
    await within(specs, async (supervisor, { children }) => {
      const stopping = watch(supervisor.stop('a'));
      children[1]?.exit(0);
      children[2]?.exit(1);
      await pass(10);
      expect(stopping.value).toHaveLength(1);
      const restarting = watch(supervisor.restart(() => true));
      await pass(10);
      expect(restarting.value).toMatchObject([
        { id: 1, name: 'a', state: 'online', restarts: 1 },
        { id: 2, name: 'b', state: 'online', restarts: 1 },
        { id: 3, name: 'c', state: 'online', restarts: 1 },
      ]);
      expect(children).toHaveLength(6);
    });
  });

  it('twice at once is one restart, and both resolve with the new run', async () => {
    const world = fakeWorld(stopsAfter(50));
    const test = async (supervisor: Supervisor): Promise<void> => {
      const first = watch(supervisor.restart('a'));
      await pass(20);
      const second = watch(supervisor.restart(1));
      await pass(20);
      expect([first.value, second.value]).toEqual([undefined, undefined]);
      await pass(50);
      expect([first.value, second.value]).toMatchObject([[{ pid: 1_002 }], [{ pid: 1_002 }]]);
      await pass(1_000);
      expect(world.children).toHaveLength(2);
    };
    await within([sleeper('a')], test, world);
  });

  it('during a stop is refused, and answered once that is done', async () => {
    const world = fakeWorld(stopsAfter(50));
    const test = async (supervisor: Supervisor): Promise<void> => {
      const refused: SupervisorEvent[] = [];
      supervisor.event$.subscribe((event) => event.type === 'refused' && refused.push(event));
      const stopping = watch(supervisor.stop('a'));
      await pass(20);
      const restarting = watch(supervisor.restart('a'));
      await pass(20);
      expect(restarting.value).toBeUndefined();
      await pass(20);
      expect([stopping.value, restarting.value]).toMatchObject([[{ state: 'stopped' }], [{ state: 'stopped' }]]);
      expect(refused).toMatchObject([{ id: 1, command: 'restart', reason: 'being stopped' }]);
      expect(world.children).toHaveLength(1);
    };
    await within([sleeper('a')], test, world);
  });

  /** Where a restart may be asked for: on any event or status, by whoever sees it first. */
  const crashes = (child: FakeChild): void => child.exit(1);
  const ends = (child: FakeChild): void => child.exit(0);
  interface Moment {
    readonly on: string;
    readonly first?: (child: FakeChild) => void;
    readonly spec?: Partial<ChildSpec>;
    readonly restarts?: boolean;
  }
  const moments: readonly Moment[] = [
    { on: 'event spawned' },
    { on: 'event ready' },
    { on: 'event stopping', restarts: true },
    { on: 'event exited', restarts: true },
    { on: 'event exited', first: crashes },
    { on: 'event exited', first: ends },
    { on: 'event backingOff', first: crashes },
    { on: 'event gaveUp', first: crashes, spec: { restartAt: [] } },
    { on: 'event gaveUp', first: crashes, spec: { restartAt: [], log: '/log' } },
    { on: 'state starting' },
    { on: 'state online' },
    { on: 'state stopping', restarts: true },
    { on: 'state stopping', first: crashes },
    { on: 'state stopping', first: ends },
    { on: 'state stopping', first: crashes, spec: { restartAt: [] } },
    { on: 'state stopping', first: crashes, spec: { restartAt: [], log: '/log' } },
    { on: 'state stopped', first: ends },
    { on: 'state stopped', first: ends, spec: { log: '/log' } },
    { on: 'state backingOff', first: crashes },
    { on: 'state failed', first: crashes, spec: { restartAt: [] } },
    { on: 'state failed', first: crashes, spec: { restartAt: [], log: '/log' } },
  ];
  const named = moments.map((moment) => ({
    ...moment,
    how: moment.first?.name ?? (moment.restarts === true ? 'is restarted' : 'runs'),
    log: moment.spec?.log ?? 'none',
  }));

  describe.each(['child', 'supervisor'] as const)('asked for by a viewer of the %s', (view) => {
    it.each(named)('on $on, of one that $how (log: $log), ends in one new run', async (moment) => {
      const { on, first, spec = {}, restarts = false } = moment;
      const world = fakeWorld((child) => {
        if (child !== world.children[0]) return;
        child.say('hello\n');
        timer(5).subscribe(() => first?.(child));
      });
      world.disk.delay = 30;
      const supervisor = supervise([], { effects: world.effects });
      const child = supervisor.start({ ...sleeper('a'), ...spec });
      let asked: { value?: readonly Status[]; runs: number } | undefined;
      const ask = (seen: string): void => {
        if (seen !== on || asked !== undefined) return;
        asked = { runs: world.children.length };
        const whenAsked = asked;
        void supervisor.restart(1).then((statuses) => (whenAsked.value = statuses));
      };
      const { event$ } = view === 'child' ? child : supervisor;
      event$.subscribe(({ type }) => ask(`event ${type}`));
      if (view === 'child') child.status$.subscribe(({ state }) => ask(`state ${state}`));
      else supervisor.status$.subscribe(([status]) => ask(`state ${String(status?.state)}`));
      await pass(4);
      const restarting = restarts ? watch(supervisor.restart(1)) : undefined;
      await pass(2_000);
      expect(asked?.value).toMatchObject([{ id: 1, state: 'online' }]);
      // Of a run that began after the question, the only one alive.
      expect(asked?.value?.[0]?.pid).toBeGreaterThan(1_000 + (asked?.runs ?? Infinity));
      expect(pids(world)).toEqual([asked?.value?.[0]?.pid]);
      if (restarting !== undefined) expect(restarting.value).toMatchObject([{ state: 'online' }]);
      await endOf(supervisor, world);
    });
  });

  it.each([
    { when: 'for the first time', asking: [1], runs: 2 },
    { when: 'after a back-off', asking: [2], runs: 3 },
    { when: 'after the last restart', asking: [1, 2, 3], runs: 4 },
  ])('while the program is being spawned $when means the run after that', async ({ asking, runs }) => {
    const world = fakeWorld((child) => {
      if (child === world.children[0] && !asking.includes(1)) child.exit(1);
    });
    const asked: { value?: readonly Status[] }[] = [];
    const spawn: FakeWorld['effects']['spawn'] = (...args) => {
      if (asking.includes(world.children.length + 1)) {
        queueMicrotask(() => asked.push(watch(supervisor.restart(1))));
      }
      return world.effects.spawn(...args);
    };
    const supervisor = supervise([sleeper('a')], { effects: { ...world.effects, spawn } });
    await pass(2_000);
    expect(asked).toHaveLength(asking.length);
    for (const { value } of asked) expect(value).toMatchObject([{ state: 'online', pid: 1_000 + runs }]);
    expect(pids(world)).toEqual([1_000 + runs]);
    await endOf(supervisor, world);
  });

  it('is overruled by a stop, whenever that comes', async () => {
    for (const on of ['stopping', 'exited', 'spawned', 'ready', 'at once'] as const) {
      const world = fakeWorld(stopsAfter(20));
      const test = async (supervisor: Supervisor): Promise<void> => {
        let stopping: { value?: readonly Status[] } | undefined;
        const stop = (): void => void (stopping ??= watch(supervisor.stop(1)));
        supervisor.event$.subscribe(({ type }) => type === on && stop());
        const restarting = watch(supervisor.restart(1));
        if (on === 'at once') stop();
        await pass(2_000);
        expect([on, stopping?.value]).toMatchObject([on, [{ state: 'stopped' }]]);
        expect(restarting.value).toHaveLength(1);
        expect(world.alive()).toEqual([]);
        expect(world.children.length).toBeLessThanOrEqual(2);
      };
      await within([sleeper('a')], test, world);
    }
  });
});

describe('add', () => {
  it('knows a child, which is not run before it is restarted', async () => {
    await within([sleeper('a')], async (supervisor, world) => {
      const received = latest(supervisor);
      expect(supervisor.add(sleeper('b'))).toMatchObject({ id: 2, name: 'b' });
      await pass(1_000);
      expect(received()[1]).toMatchObject({ id: 2, name: 'b', state: 'stopped', attempt: 0 });
      expect(world.children).toHaveLength(1);
      await expect(supervisor.stop('b')).resolves.toMatchObject([{ state: 'stopped' }]);
      const restarting = watch(supervisor.restart('b'));
      await pass(10);
      expect(restarting.value).toMatchObject([{ id: 2, state: 'online', attempt: 1, restarts: 0 }]);
      const removing = watch(supervisor.remove('b'));
      await pass(10);
      expect(removing.value).toMatchObject([{ id: 2 }]);
    });
  });

  it('refuses what start would', () => {
    const supervisor = supervise([], { effects: fakeWorld().effects });
    expect(() => supervisor.add({})).toThrow('script: missing');
    expect(supervisor.describe(() => true)).toEqual([]);
  });
});

describe('remove', () => {
  it('stops, forgets, and answers with the last status', async () => {
    const world = fakeWorld(stopsAfter(50));
    const test = async (supervisor: Supervisor): Promise<void> => {
      const status = latest(supervisor);
      const removing = watch(supervisor.remove('a'));
      const again = watch(supervisor.remove('a'));
      await pass(40);
      expect(removing.value).toBeUndefined();
      expect(status()).toMatchObject([{ state: 'stopping' }, { state: 'online' }]);
      await pass(40);
      expect([removing.value, again.value]).toMatchObject([[{ state: 'stopped' }], [{ state: 'stopped' }]]);
      expect(ids(status())).toEqual([2]);
      await expect(supervisor.restart(1)).resolves.toEqual([]);
      expect(pids(world)).toEqual([1_002]);
    };
    await within([sleeper('a'), sleeper('b')], test, world);
  });

  it.each(['remove', 'dispose'] as const)('%s leaves nothing behind, however eagerly it is run again', async (how) => {
    const world = fakeWorld((child) => {
      stopsAfter(child === world.children[1] ? 150 : 10)(child);
      if (child === world.children[2]) child.exit(1);
    });
    const supervisor = supervise([sleeper('a'), sleeper('slow'), sleeper('backing off')], { effects: world.effects });
    await pass(20);
    const answers: { value?: readonly Status[] }[] = [];
    supervisor.status$.subscribe((statuses) => {
      for (const { id, state } of statuses) {
        if (state === 'stopped' && answers.length < 100) answers.push(watch(supervisor.restart(id ?? NaN)));
      }
    });
    const leaving = watch(
      (how === 'remove' ? supervisor.remove(() => true) : supervisor[Symbol.asyncDispose]()).then(() => true),
    );
    await pass(2_000);
    expect(leaving.value).toBe(true);
    expect(world.alive()).toEqual([]);
    expect(answers.length).toBeGreaterThan(0);
    for (const { value } of answers) expect(value).toBeDefined();
    await endOf(supervisor, world);
  });
});

describe('reset, signal, send, reopenLogs', () => {
  it('reset forgets crashes and restarts, and the next crash is the first again', async () => {
    await within([{ ...sleeper('a'), restartAt: [100, 5_000] }], async (supervisor, { children }) => {
      children[0]?.exit(1);
      await pass(110);
      expect(latest(supervisor)()).toMatchObject([{ crashes: 1, restarts: 1 }]);
      expect(supervisor.reset('a')).toMatchObject([{ state: 'online', crashes: 0, restarts: 0, attempt: 2 }]);
      children[1]?.exit(1);
      await pass(110);
      expect(children).toHaveLength(3);
    });
  });

  it.each(['in a run', 'in a back-off', 'when it has given up'])(
    'a restart %s starts schedule and limit over',
    async (when) => {
      const limit = { max: 1, within: 60_000 };
      await within([{ ...sleeper('a'), restartAt: [100, 5_000], limit }], async (supervisor, { children }) => {
        children[0]?.exit(1);
        await pass(110);
        if (when !== 'in a run') children[1]?.exit(1);
        await pass(10);
        const restarted = supervisor.restart('a');
        await pass(300);
        await restarted;
        const now = children.length;
        expect(latest(supervisor)()).toMatchObject([{ state: 'online', crashes: 0 }]);
        children.at(-1)?.exit(1);
        await pass(110);
        // After the first delay, and not beyond the limit.
        expect(children).toHaveLength(now + 1);
        expect(latest(supervisor)()).toMatchObject([{ state: 'online', crashes: 1 }]);
      });
    },
  );

  it('signal reaches the group', async () => {
    const world = fakeWorld((child) => (child.onSignal = (signal) => signal === 'SIGTERM' && child.exit(0)));
    const test = async (supervisor: Supervisor): Promise<void> => {
      expect(supervisor.signal('a', 'SIGHUP')).toMatchObject([{ id: 1, state: 'online' }]);
      expect(world.children[0]?.signals).toEqual(['SIGHUP']);
    };
    await within([sleeper('a')], test, world);
  });

  it('fail ends a run as a crash', async () => {
    await within([{ ...sleeper('a'), restartAt: [100] }], async (supervisor) => {
      const reasons: string[] = [];
      supervisor.event$.subscribe((event) => {
        if (event.type === 'stopping') reasons.push(event.reason);
      });
      expect(supervisor.fail('a')).toMatchObject([{ name: 'a' }]);
      await pass(50);
      expect(reasons).toEqual(['fail']);
      expect(latest(supervisor)()).toMatchObject([{ state: 'backingOff', crashes: 1 }]);
      await pass(100);
      expect(latest(supervisor)()).toMatchObject([{ state: 'online', restarts: 1 }]);
      supervisor.fail('a', 'liveness');
      expect(reasons).toEqual(['fail', 'liveness']);
    });
  });

  it('send reaches a child with IPC, and is refused by one without and by one that cannot read it', async () => {
    const specs: readonly ChildSpec[] = [{ name: 'node', script: 'a.js' }, sleeper('plain')];
    await within(specs, async (supervisor, { children }) => {
      const refused = refusals(supervisor);
      const sent = supervisor.send(() => true, { hello: 1 });
      expect(children.map(({ sent }) => sent)).toEqual([[{ hello: 1 }], []]);
      expect(refused).toEqual(['2 send: it has no IPC channel']);
      const [node, plain] = await sent;
      expect(node).not.toHaveProperty('refused');
      expect(plain).toMatchObject({ id: 2, refused: 'it has no IPC channel' });
      const [unreadable] = await supervisor.send('node', 1n);
      expect(unreadable).toMatchObject({ refused: 'Do not know how to serialize a BigInt' });
      expect(refused[1]).toBe('1 send: Do not know how to serialize a BigInt');
    });
  });

  it('are refused by a child that is not running: backing off, stopped or given up', async () => {
    const specs = [sleeper('a'), sleeper('b'), { ...sleeper('c'), restartAt: [] }];
    await within(specs, async (supervisor, { children }) => {
      const refused = refusals(supervisor);
      children[0]?.exit(1);
      const stopping = watch(supervisor.stop('b'));
      children[2]?.exit(1);
      await pass(10);
      expect(stopping.value).toHaveLength(1);
      const answered = supervisor.signal(() => true, 'SIGHUP');
      expect(answered.map(({ state }) => state)).toEqual(['backingOff', 'stopped', 'failed']);
      void supervisor.send(() => true, 'hello');
      expect(refused.sort()).toEqual(
        [1, 2, 3].flatMap((id) => [`${id} send: not running`, `${id} signal: not running`]),
      );
    });
  });

  it('reopenLogs and the end of watching are done for a child that is not running', async () => {
    const specs = [
      { ...sleeper('a'), log: '/log' },
      { ...sleeper('b'), log: '/log', restartAt: [] },
    ];
    await within(specs, async (supervisor, { children }) => {
      const refused = refusals(supervisor);
      children[1]?.exit(1);
      const stopping = watch(supervisor.stop('a'));
      await pass(300);
      expect(stopping.value).toHaveLength(1);
      expect(supervisor.reopenLogs(() => true).map(({ state }) => state)).toEqual(['stopped', 'failed']);
      const unwatching = watch(supervisor.watch(() => true, false));
      await pass(10);
      expect(unwatching.value?.map(({ refused }) => refused)).toEqual([undefined, undefined]);
      expect(refused).toEqual([]);
    });
  });

  it('reopenLogs makes the children go on in a new file', async () => {
    await within([{ ...sleeper('a'), log: '/log' }], async (supervisor, { children, disk }) => {
      children[0]?.say('before\n');
      await pass(200);
      disk.rename('/log', '/log.1');
      expect(supervisor.reopenLogs('a')).toMatchObject([{ id: 1 }]);
      children[0]?.say('after\n');
      await pass(200);
      expect([disk.text('/log.1'), disk.text('/log')]).toEqual(['before\n', 'after\n']);
    });
  });

  function refusals(supervisor: Supervisor): string[] {
    const refused: string[] = [];
    supervisor.event$.subscribe((event) => {
      if (event.type === 'refused') refused.push(`${event.id} ${event.command}: ${event.reason}`);
    });
    return refused;
  }
});

describe('a log format that throws', () => {
  it('is reported, and costs neither the line nor the child', async () => {
    const world = fakeWorld();
    const format = (line: string): string => {
      if (line === 'bad') throw new Error('cannot format this');
      return `good ${line}`;
    };
    const test = async (supervisor: Supervisor): Promise<void> => {
      const failures: unknown[] = [];
      supervisor.event$.subscribe((event) => {
        if (event.type === 'logFailed') failures.push([event.code, event.message, event.dropped]);
      });
      await pass(10);
      world.children[0]?.say('bad\n');
      world.children[0]?.say('one\n');
      await pass(500);
      expect(failures).toEqual([['ERR_FORMAT', 'cannot format this', 0]]);
      expect(latest(supervisor)()).toMatchObject([{ state: 'online' }]);
      expect(world.disk.text('/log')).toBe('bad\ngood one\n');
    };
    await within([{ ...sleeper('a'), log: { file: '/log', format } }], test, world);
  });
});

describe('all views', () => {
  it('have the same order, also when one of the viewers gives commands', async () => {
    for (const on of ['spawned', 'ready'] as const) {
      await within([], async (supervisor) => {
        const child = supervisor.start(sleeper('a'));
        const orders: [string[], string[], string[]] = [[], [], []];
        child.event$.subscribe(({ type }) => orders[0].push(type));
        let received = false;
        child.event$.subscribe(({ type }) => {
          if (type !== on || received) return;
          received = true;
          void supervisor.restart(1);
        });
        child.event$.subscribe(({ type }) => orders[1].push(type));
        supervisor.event$.subscribe(({ type }) => orders[2].push(type));
        await pass(20);
        void supervisor.stop(1);
        await pass(20);
        const first = on === 'spawned' ? ['spawned'] : ['spawned', 'ready'];
        expect(orders[0]).toEqual([...first, 'stopping', 'exited', 'spawned', 'ready', 'stopping', 'exited']);
        expect(orders[1]).toEqual(orders[0]);
        expect(orders[2]).toEqual(orders[0]);
      });
    }
  });
});

describe('whatever is asked for, in whatever order', () => {
  type Step =
    | { readonly do: 'start' | 'stopAll' }
    | { readonly do: 'stop' | 'restart' | 'remove' | 'crash' | 'end'; readonly id: number }
    | { readonly do: 'pass'; readonly ms: number };
  interface Habits {
    readonly onStop: number | undefined;
    readonly life: number | undefined;
    readonly fails: boolean;
  }
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 2, arbitrary: fc.constant<Step>({ do: 'start' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ do: 'stopAll' }) },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constantFrom('stop' as const, 'restart' as const, 'remove' as const, 'crash' as const, 'end' as const),
        id: fc.integer({ min: 1, max: 3 }),
      }),
    },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 120 }) }) },
  );
  const habits: fc.Arbitrary<Habits> = fc.record({
    onStop: fc.option(fc.integer({ min: 0, max: 250 }), { nil: undefined, freq: 4 }),
    life: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined, freq: 2 }),
    fails: fc.boolean(),
  });

  const between: readonly State[] = ['backingOff', 'stopped', 'failed'];

  it('promises settle, statuses are true, one process lives for an id, and the host is watched', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        fc.array(habits, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (steps, manners, logged) => {
          const mannersOf = (run: number): Habits | undefined => manners[run % manners.length];
          const world = fakeWorld(
            (child) => {
              const { onStop, life } = mannersOf(child.pid) ?? {};
              if (onStop === undefined) child.onSignal = () => undefined;
              else stopsAfter(onStop)(child);
              if (life !== undefined) timer(life).subscribe(() => child.exit(life % 2));
            },
            (run) => (mannersOf(run + 1_000)?.fails === true && run % 3 === 0 ? { code: 'EAGAIN' } : undefined),
          );
          world.disk.delay = 10;
          const wrong: string[] = [];
          const living = (id: unknown): FakeChild[] =>
            world.alive().filter(({ launch }) => launch.args[0] === String(id));
          const spawn: FakeWorld['effects']['spawn'] = (launch, reading) => {
            if (living(launch.args[0]).length > 0) wrong.push(`two of ${String(launch.args[0])}`);
            queueMicrotask(() => world.host.listenerCount('SIGTERM') === 1 || wrong.push('unwatched'));
            return world.effects.spawn(launch, reading);
          };
          const supervisor = supervise([], { effects: { ...world.effects, spawn } });
          supervisor.status$.subscribe((statuses) => {
            if (new Set(ids(statuses)).size !== statuses.length) wrong.push('one id twice');
            for (const { state, pid } of statuses) {
              if (state === 'online' && pid === undefined) wrong.push('online without a pid');
              if (between.includes(state) && pid !== undefined) wrong.push(`${state} with a pid`);
            }
          });
          const asked: { value?: readonly Status[]; error?: unknown }[] = [];
          let started = 0;
          const perform = async (step: Step): Promise<void> => {
            if (step.do === 'pass') await pass(step.ms);
            if (step.do === 'start') {
              started += 1;
              const child = supervisor.start({
                command: 'a',
                args: [String(started)],
                restartAt: [20, 80],
                ...(logged && { log: '/log' }),
              });
              expect(child.id).toBe(started);
            }
            if (step.do === 'stopAll') asked.push(watch(supervisor.stopAll()));
            if (step.do === 'stop') asked.push(watch(supervisor.stop(step.id)));
            if (step.do === 'restart') asked.push(watch(supervisor.restart(step.id)));
            if (step.do === 'remove') asked.push(watch(supervisor.remove(step.id)));
            if (step.do === 'crash') living(step.id)[0]?.exit(1);
            if (step.do === 'end') living(step.id)[0]?.exit(0);
          };
          for (const step of steps) await perform(step);
          asked.push(watch(supervisor.stopAll()));
          await pass(3_000);
          expect(asked.filter(({ value }) => value === undefined)).toEqual([]);
          expect(world.alive()).toEqual([]);
          expect(wrong).toEqual([]);
          expect(latest(supervisor)().filter(({ state }) => state !== 'stopped' && state !== 'failed')).toEqual([]);
          await endOf(supervisor, world);
        },
      ),
      { numRuns: 300 },
    );
  });
});
