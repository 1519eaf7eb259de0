import fc from 'fast-check';
import {
  concat,
  defer,
  EMPTY,
  filter,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  Subject,
  switchMap,
  throwError,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  type Act,
  type ChildEvent,
  type Command,
  type GroupOptions,
  type Member,
  oneForAll,
  oneForOne,
  restartAt,
  restForOne,
  stopWith,
  withCommands,
} from '../../../src/index.js';
import { letterOf } from '../../../src/testing/index.js';
import { isTerminal } from '../../../src/model/childEvent.js';
import { at, exited, hangUp, message, reset, restart, spawned, stop, triggered } from '../events.js';
import { virtually } from '../virtually.js';

/** How one run goes: ready after `ready` ms, 2 if not said; ended with `code`, 1 if not said, `lasts` ms later, if at all. */
interface Run {
  readonly ready?: number;
  readonly lasts?: number;
  readonly code?: number;
}

const forEver: Run = {};

/** A child that never restarts by itself, takes 3 ms to stop, and goes through these runs; the last one repeats. */
function child(name: string, ...runs: readonly Run[]): Member {
  let started = 0;
  return (command$) =>
    withCommands(command$, (command$) =>
      defer(() => {
        const { ready = 2, lasts, code = 1 } = runs[Math.min(started, runs.length - 1)] ?? forEver;
        started += 1;
        const act$ = new Subject<Act>();
        return merge(
          act$.pipe(
            filter(({ type }) => type === 'ask'),
            switchMap(() => at(3, exited('SIGTERM', true))),
          ),
          at(ready, { type: 'ready', attempt: 1 } as const),
          lasts === undefined ? NEVER : at(ready + lasts, exited(code)),
          of(spawned),
        ).pipe(
          map((event): ChildEvent => ({ ...event, name })),
          stopWith(command$, { act$ }),
        );
      }).pipe(restartAt([], { command$ })),
    );
}

interface Timed {
  readonly until?: number;
  readonly command$?: Observable<Command>;
}

const groups = { oneForOne, oneForAll, restForOne };

/** What a group says: `10 b2 x`, at 10 ms the second run of `b` crashed. */
function eventsOf(
  strategy: keyof typeof groups,
  members: readonly Member[],
  options: GroupOptions = {},
  { until = 1_000, command$ = NEVER }: Timed = {},
): string[] {
  return virtually(({ now, timeline, clock }) => {
    const received: string[] = [];
    const hot$ = new Subject<Command>();
    const event$ = groups[strategy](members, { name: 'all', ...options }, clock)(hot$);
    timeline(event$, {
      until,
      react: (event) => received.push(`${now()} ${event.name ?? '-'}${event.attempt} ${letterOf(event)}`),
    });
    command$.subscribe(hot$);
    return received;
  });
}

const startedInOrder = ['0 a1 s', '2 a1 r', '2 b1 s', '4 b1 r', '4 c1 s', '6 c1 r'];
const restartAt10 = { restartAt: [10, 20] };

describe('a group', () => {
  it('starts in order, each member when the one before it is ready', () => {
    const members = [child('a'), child('b'), child('c')];
    for (const strategy of ['oneForOne', 'oneForAll', 'restForOne'] as const) {
      expect(eventsOf(strategy, members, {}, { until: 10 }).slice(0, 6)).toEqual(startedInOrder);
    }
  });

  it.each(['oneForOne', 'oneForAll', 'restForOne'] as const)(
    '%s: stops in reverse, each once the one after has gone',
    (strategy) => {
      const members = [child('a'), child('b'), child('c')];
      const stopped = ['10 c1 p', '13 c1 q', '13 b1 p', '16 b1 q', '16 a1 p', '19 a1 q'];
      expect(eventsOf(strategy, members, {}, { command$: at(10, stop) })).toEqual([...startedInOrder, ...stopped]);
    },
  );

  it('stopped while it starts: what has not been started is not', () => {
    const members = [child('a'), child('b'), child('c')];
    expect(eventsOf('oneForAll', members, {}, { command$: at(3, stop) })).toEqual([
      ...['0 a1 s', '2 a1 r', '2 b1 s', '3 b1 p', '4 b1 r', '6 b1 q', '6 a1 p', '9 a1 q'],
    ]);
    expect(eventsOf('oneForAll', [child('a', { ready: 5 }), child('b')], {}, { command$: at(3, stop) })).toEqual([
      ...['0 a1 s', '3 a1 p', '5 a1 r', '6 a1 q'],
    ]);
  });

  it.each(['oneForOne', 'oneForAll', 'restForOne'] as const)(
    '%s: a member that is done leaves the others; all done is the end',
    (strategy) => {
      const members = [child('a', { lasts: 8, code: 0 }), child('b', { lasts: 1, code: 0 })];
      expect(eventsOf(strategy, members)).toEqual(['0 a1 s', '2 a1 r', '2 b1 s', '4 b1 r', '5 b1 z', '10 a1 z']);
    },
  );

  it('a member that is done without having been ready lets the next one start', () => {
    expect(
      eventsOf('oneForAll', [child('a', { ready: 9, lasts: -4, code: 0 }), child('b', { lasts: 1, code: 0 })]),
    ).toEqual([...['0 a1 s', '5 a1 z', '5 b1 s', '7 b1 r', '8 b1 z']]);
  });

  it('without members is over at once', () => {
    for (const strategy of ['oneForOne', 'oneForAll', 'restForOne'] as const)
      expect(eventsOf(strategy, [])).toEqual([]);
    virtually(({ expectObservable }) => {
      expectObservable(oneForAll([])()).toBe('|');
    });
  });

  it('unsubscribed: is stopped in reverse, unseen', () => {
    virtually(({ timeline, now }) => {
      const seen: string[] = [];
      const watched =
        (member: Member): Member =>
        (command$) =>
          member(command$).pipe(
            map((event) => {
              seen.push(`${now()} ${event.name!} ${letterOf(event)}`);
              return event;
            }),
          );
      timeline(oneForAll([watched(child('a')), watched(child('b'))])(), { until: 10 });
      at(30, true).subscribe(() => {
        expect(seen.slice(-4)).toEqual(['10 b p', '13 b q', '13 a p', '16 a q']);
      });
    });
  });
});

describe('when a member gives up', () => {
  const members = (): Member[] => [child('a'), child('b', { lasts: 10 }, forEver), child('c')];

  it('oneForOne starts that one again', () => {
    expect(eventsOf('oneForOne', members(), restartAt10, { until: 40 }).slice(6)).toEqual([
      ...['14 b1 x', '14 b1 g', '14 b1 b', '24 b2 s', '26 b2 r'],
    ]);
  });

  it('restForOne stops those after it, and starts it and them again', () => {
    expect(eventsOf('restForOne', members(), restartAt10, { until: 40 }).slice(6)).toEqual([
      ...['14 b1 x', '14 b1 g', '14 c1 p', '17 c1 q', '17 b1 b', '27 b2 s', '29 b2 r', '29 c2 s', '31 c2 r'],
    ]);
  });

  it('oneForAll stops all the others in reverse, and starts all again in order', () => {
    expect(eventsOf('oneForAll', members(), restartAt10, { until: 50 }).slice(6)).toEqual([
      ...['14 b1 x', '14 b1 g', '14 c1 p', '17 c1 q', '17 a1 p', '20 a1 q', '20 b1 b'],
      ...['30 a2 s', '32 a2 r', '32 b2 s', '34 b2 r', '34 c2 s', '36 c2 r'],
    ]);
  });

  it('the delays grow with its failures', () => {
    const crasher = [child('a', { lasts: 3 })];
    const backOffs = (strategy: keyof typeof groups): string[] =>
      eventsOf(strategy, crasher, restartAt10, { until: 80 }).filter((line) => line.endsWith('b'));
    for (const strategy of ['oneForOne', 'oneForAll', 'restForOne'] as const) {
      expect(backOffs(strategy)).toHaveLength(4);
    }
    expect(backOffs('oneForOne')[0]).toMatch(/^5 /);
  });

  it('and start over once it has been ready for restartOk', () => {
    const delays = virtually(({ timeline, clock }) => {
      const member = child('a', { lasts: 3 }, { lasts: 3 }, { lasts: 9 }, { lasts: 3 });
      const options = { restartAt: [10, 20, 30], restartOk: 8 };
      return timeline(oneForOne([member], options, clock)(), { until: 120 });
    }).filter((line) => line.includes('backingOff'));
    expect(delays.map((line) => line.replace(/.*#. /, ''))).toEqual([
      ...['10 crashes 1', '20 crashes 2', '10 crashes 1', '20 crashes 2', '30 crashes 3'],
    ]);
  });

  it('while the others are being stopped for it, another one that fails is part of the same failure', () => {
    const both = [child('a'), child('b', { lasts: 4 }, forEver), child('c', { lasts: 3 }, forEver)];
    expect(eventsOf('oneForAll', both, restartAt10, { until: 30 }).slice(6)).toEqual([
      ...['8 b1 x', '8 b1 g', '8 c1 p', '9 c1 x', '9 a1 p', '12 a1 q', '12 b1 b'],
      ...['22 a2 s', '24 a2 r', '24 b2 s', '26 b2 r', '26 c2 s', '28 c2 r'],
    ]);
  });

  it('a first that fails before it was ready: nothing after it is started until it is', () => {
    const slow = [child('a', { ready: 9, lasts: -4 }, forEver), child('b')];
    expect(eventsOf('restForOne', slow, restartAt10, { until: 25 })).toEqual([
      ...['0 a1 s', '5 a1 x', '5 a1 g', '5 a1 b', '15 a2 s', '17 a2 r', '17 b1 s', '19 b1 r'],
    ]);
  });

  it('a stop in the back-off ends it, and the others in reverse', () => {
    const stopped = { command$: at(16, stop), until: 60 };
    expect(eventsOf('oneForOne', members(), restartAt10, stopped).slice(9)).toEqual([
      ...['16 c1 p', '19 c1 q', '19 b1 p', '19 a1 p', '22 a1 q'],
    ]);
    expect(eventsOf('oneForAll', members(), restartAt10, { command$: at(22, stop), until: 60 }).slice(-2)).toEqual([
      ...['20 b1 b', '22 b1 p'],
    ]);
  });

  it('a stop while the others are being stopped for it is a stop: no restart follows', () => {
    expect(eventsOf('oneForAll', members(), restartAt10, { command$: at(15, stop), until: 60 }).slice(8)).toEqual([
      ...['14 c1 p', '17 c1 q', '17 a1 p', '20 a1 q'],
    ]);
  });
});

describe('the limit of a group', () => {
  const limit = { max: 2, within: 1_000 };

  it.each(['oneForOne', 'oneForAll', 'restForOne'] as const)(
    '%s: counts the restarts of all, and then all are stopped',
    (strategy) => {
      const lines = eventsOf(strategy, [child('a'), child('b', { lasts: 1 }), child('c')], { restartAt: [5], limit });
      expect(lines.filter((line) => line.endsWith('b'))).toHaveLength(2);
      expect(lines.filter((line) => / b\d s/.test(line))).toHaveLength(3);
      expect(lines.at(-1)).toMatch(/ all1 g$/);
      expect(lines.at(-2)).toMatch(/ a\d q$/);
    },
  );

  it('in oneForOne and restForOne is one for all members', () => {
    const crashers = () => [child('a', { lasts: 2 }), child('b', { lasts: 20 })];
    for (const strategy of ['oneForOne', 'restForOne'] as const) {
      const lines = eventsOf(strategy, crashers(), { restartAt: [1], limit });
      expect(lines.filter((line) => line.endsWith('b'))).toHaveLength(2);
      expect(lines.at(-1)).toMatch(/ all1 g$/);
    }
  });

  it('slides, and is forgotten by reset', () => {
    const crasher = [child('a', { lasts: 6 })];
    const count = (options: GroupOptions, commands: Timed = {}): number =>
      eventsOf('oneForOne', crasher, { restartAt: [2], ...options }, { until: 100, ...commands }).filter((line) =>
        line.endsWith('b'),
      ).length;
    expect(count({ limit: { max: 1, within: 10 } })).toBe(10);
    expect(count({ limit: { max: 1, within: 11 } })).toBe(1);
    expect(count({ limit: { max: 1, within: 50 } }, { command$: at(12, reset) })).toBe(2);
  });

  it.each([[[]], [[0]]])('a schedule of %j gives up at the first failure, in the name of the group', (delays) => {
    const lines = eventsOf('oneForAll', [child('a'), child('b', { lasts: 1 })], { restartAt: delays });
    expect(lines.slice(4)).toEqual(['5 b1 x', '5 b1 g', '5 a1 p', '8 a1 q', '8 all1 g']);
  });

  it('a group without a name gives up without one', () => {
    const events = virtually(({ timeline }) => timeline(oneForOne([child('a', { lasts: 1 })], { restartAt: [] })()));
    expect(events.slice(-2)).toEqual(['3 gaveUp#1 never', '3 complete']);
  });

  it.each<[GroupOptions, string]>([
    [{ limit: { max: 0, within: 5 } }, 'limit: {"max":0,"within":5} is not a limit.'],
    [{ limit: { max: 1.5, within: 5 } }, 'limit: '],
    [{ limit: { max: 1, within: 0 } }, 'limit: '],
    [{ limit: { max: 1, within: Infinity } }, 'limit: '],
    [{ restartAt: [-1] }, 'restartAt[0]: -1 is not a delay.'],
    [{ restartOk: NaN }, 'restartOk: NaN is not a delay.'],
  ])('%j is refused, before anything is started', (options, message) => {
    for (const strategy of [oneForOne, oneForAll, restForOne]) expect(() => strategy([], options)).toThrow(message);
  });
});

describe('groups in groups', () => {
  it('the next member starts once all of the group before it is ready, and stops before any of it', () => {
    const inner = oneForOne([child('a'), child('b')], { name: 'inner' });
    expect(eventsOf('oneForAll', [inner, child('c')], {}, { command$: at(10, stop) })).toEqual([
      ...['0 a1 s', '2 a1 r', '2 b1 s', '4 b1 r', '4 c1 s', '6 c1 r'],
      ...['10 c1 p', '13 c1 q', '13 b1 p', '16 b1 q', '16 a1 p', '19 a1 q'],
    ]);
  });

  it('the outer group ignores failures that the inner group repairs, and restarts an inner group that gives up', () => {
    const inner = oneForOne([child('a', { lasts: 1 })], {
      name: 'inner',
      restartAt: [4],
      limit: { max: 1, within: 100 },
    });
    expect(eventsOf('oneForAll', [inner, child('b')], { restartAt: [10], limit: { max: 1, within: 100 } })).toEqual([
      ...['0 a1 s', '2 a1 r', '2 b1 s', '3 a1 x', '3 a1 g', '3 a1 b', '4 b1 r', '7 a2 s', '9 a2 r'],
      ...['10 a2 x', '10 a2 g', '10 inner1 g', '10 b1 p', '13 b1 q', '13 inner1 b'],
      ...['23 a3 s', '25 a3 r', '25 b2 s', '26 a3 x', '26 a3 g', '26 a3 b', '27 b2 r', '30 a4 s', '32 a4 r'],
      ...['33 a4 x', '33 a4 g', '33 inner2 g', '33 b2 p', '36 b2 q', '36 all1 g'],
    ]);
  });

  it('a group behind a function of somebody else is ready with its first member, and fails with its last word', () => {
    const wrapped = oneForAll([child('a'), child('b', { lasts: 5 }, forEver)], { restartAt: [] });
    const inner: Member = (command$) => wrapped(command$);
    expect(eventsOf('oneForAll', [inner, child('c')], { restartAt: [10] }, { until: 35 })).toEqual([
      ...[
        '0 a1 s',
        '2 a1 r',
        '2 c1 s',
        '2 b1 s',
        '4 b1 r',
        '4 c1 r',
        '9 b1 x',
        '9 b1 g',
        '9 a1 p',
        '12 a1 q',
        '12 -1 g',
      ],
      ...['12 c1 p', '15 c1 q', '15 -1 b', '25 a2 s', '27 a2 r', '27 c2 s', '27 b2 s', '29 b2 r', '29 c2 r'],
    ]);
  });
});

describe('commands to a group', () => {
  it('restart stops all in reverse, and starts all again in order, uncounted', () => {
    const limit = { max: 1, within: 1_000 };
    const command$ = merge(at(10, restart), at(30, restart));
    expect(eventsOf('oneForOne', [child('a'), child('b')], { limit }, { command$, until: 45 })).toEqual([
      ...['0 a1 s', '2 a1 r', '2 b1 s', '4 b1 r', '10 b1 p', '13 b1 q', '13 a1 p', '16 a1 q'],
      ...['16 a2 s', '18 a2 r', '18 b2 s', '20 b2 r', '30 b2 p', '33 b2 q', '33 a2 p', '36 a2 q'],
      ...['36 a3 s', '38 a3 r', '38 b3 s', '40 b3 r', '45 b3 p', '48 b3 q', '48 a3 p', '51 a3 q'].slice(0, 4),
    ]);
  });

  it('restart in a back-off ends that', () => {
    const crasher = [child('a', { lasts: 1 }, forEver)];
    expect(eventsOf('oneForAll', crasher, { restartAt: [100] }, { command$: at(10, restart), until: 20 })).toEqual([
      ...['0 a1 s', '2 a1 r', '3 a1 x', '3 a1 g', '3 a1 b', '10 a1 p', '10 a2 s', '12 a2 r'],
    ]);
  });

  it('a restart by hand starts the limit of the group over, one by a trigger does not', () => {
    const end = (command: Command): string[] => {
      const options = { restartAt: [10], limit: { max: 1, within: 1_000 } };
      return eventsOf('oneForAll', [child('a', { lasts: 5 }, { lasts: 5 })], options, {
        command$: at(20, command),
        until: 60,
      });
    };
    expect(end(restart).filter((line) => line.endsWith(' b'))).toHaveLength(2);
    expect(end(triggered).filter((line) => line.endsWith(' b'))).toHaveLength(1);
  });

  it('stop outranks restart, whichever comes first', () => {
    for (const command$ of [concat(at(10, restart), at(1, stop)), concat(at(10, stop), at(1, restart))]) {
      const lines = eventsOf('oneForAll', [child('a'), child('b')], {}, { command$ });
      expect(lines.filter((line) => line.endsWith('s'))).toHaveLength(2);
      expect(lines.at(-1)).toBe('16 a1 q');
    }
  });

  it('others reach all members that run; in a back-off they are refused in the name of the one that failed', () => {
    const received: string[] = [];
    const listener =
      (name: string): Member =>
      (command$) =>
        merge(
          of<ChildEvent>({ type: 'ready', name, attempt: 1 }),
          command$.pipe(
            filter(({ type }) => {
              received.push(`${name} ${type}`);
              return false;
            }),
            map((): ChildEvent => spawned),
          ),
        );
    eventsOf(
      'oneForAll',
      [listener('a'), listener('b')],
      {},
      { command$: merge(at(1, hangUp), at(2, message)), until: 5 },
    );
    expect(received.slice(0, 4)).toEqual(['a signal', 'b signal', 'a send', 'b send']);
    const refused = eventsOf(
      'oneForOne',
      [child('a', { lasts: 1 })],
      { restartAt: [10] },
      { command$: at(5, hangUp), until: 8 },
    );
    expect(refused.at(-1)).toBe('5 a1 n');
  });

  it('their error is a stop, and is passed on once all have gone', () => {
    virtually(({ timeline }) => {
      const failing$ = concat(
        at(10, reset),
        throwError(() => new Error('commands')),
      );
      const lines = timeline(oneForAll([child('a'), child('b')])(failing$));
      at(50, true).subscribe(() => {
        expect(lines.slice(-2)).toEqual(['16 exited#1 SIGTERM expected', '16 error Error: commands']);
      });
    });
  });
});

describe('an error of a member', () => {
  const broken: Member = () =>
    concat(
      of<ChildEvent>({ ...spawned, name: 'b' }),
      at(5, spawned).pipe(filter(() => false)),
      throwError(() => new Error('broken')),
    );

  it.each(['oneForOne', 'oneForAll', 'restForOne'] as const)(
    '%s: passed on once the others have been stopped, without a restart',
    (strategy) => {
      const lines = virtually(({ timeline }) => timeline(groups[strategy]([child('a'), broken])()));
      expect(lines).toEqual([
        ...['0 spawned#1', '2 ready#1', '2 spawned#1', '7 stopping#1 stop', '10 exited#1 SIGTERM expected'],
        '10 error Error: broken',
      ]);
    },
  );

  it('that comes during a stop is not lost, and the first of two counts', () => {
    const lines = virtually(({ timeline }) => timeline(oneForAll([child('a'), broken, broken])(at(5, stop))));
    expect(lines.at(-1)).toBe('10 error Error: broken');
  });

  it('that is thrown when it is made, likewise; also in a group within', () => {
    const unmade: Member = () => {
      throw new Error('unmade');
    };
    const lines = virtually(({ timeline }) => timeline(oneForAll([child('a'), oneForOne([unmade])])()));
    expect(lines.slice(-2)).toEqual(['5 exited#1 SIGTERM expected', '5 error Error: unmade']);
  });

  it('and of a schedule, likewise', () => {
    const schedule = (): number => NaN;
    const lines = virtually(({ timeline }) =>
      timeline(oneForAll([child('a'), oneForOne([child('b', { lasts: 1 })], { restartAt: schedule })])()),
    );
    expect(lines.at(-1)).toMatch(/^8 error RxvisorError: restartAt\(1\): NaN is not a delay/);
  });

  it('an empty member is one that is done', () => {
    expect(eventsOf('restForOne', [() => EMPTY, child('a', { lasts: 1, code: 0 })])).toEqual([
      '0 a1 s',
      '2 a1 r',
      '3 a1 z',
    ]);
  });
});

describe('whatever fails, whenever a stop comes', () => {
  const run = fc.record({
    ready: fc.nat(4),
    lasts: fc.option(fc.nat(6), { nil: undefined }),
    code: fc.constantFrom(0, 1),
  }) as fc.Arbitrary<Run>;
  const scene = fc.record({
    strategy: fc.constantFrom('oneForOne' as const, 'oneForAll' as const, 'restForOne' as const),
    runs: fc.array(fc.array(run, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
    commands: fc.array(fc.tuple(fc.nat(80), fc.constantFrom(stop, restart, reset)), { maxLength: 3 }),
  });

  it('a later member only starts while those before it are ready or done, and all are gone at the end', () => {
    fc.assert(
      fc.property(scene, ({ strategy, runs, commands }) => {
        const names = runs.map((_, index) => 'abcd'[index]!);
        const members = runs.map((each, index) => child(names[index]!, ...each));
        const alive = new Set<string>();
        const able = new Set<string>();
        let over = false;
        virtually(({ clock }) => {
          const command$ = new Subject<Command>();
          const limit = { max: 5, within: 1_000 };
          groups[strategy](
            members,
            { restartAt: [3], limit },
            clock,
          )(command$).subscribe({
            next: (event) => {
              const { name = '', type } = event;
              if (type === 'spawned') {
                expect(alive.has(name)).toBe(false);
                alive.add(name);
                able.delete(name);
                const before = names.slice(0, names.indexOf(name));
                if (strategy !== 'oneForOne') expect(before.filter((each) => !able.has(each))).toEqual([]);
              }
              if (type === 'ready') able.add(name);
              if (isTerminal(event)) {
                alive.delete(name);
                if (letterOf(event) === 'z') able.add(name);
                else able.delete(name);
              }
            },
            complete: () => (over = true),
          });
          merge(...commands.map(([ms, command]) => at(ms, command))).subscribe((command) => command$.next(command));
          at(5_000, stop).subscribe((command) => command$.next(command));
        });
        expect(over).toBe(true);
        expect([...alive]).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
