import { defer, map, NEVER, of, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { RxvisorError, type TreeSample, usage$ } from '../../src/index.js';
import { type SystemProcess, processSampler } from '../../src/system/processSampler.js';
import { coded } from '../fakeEffects.js';
import { virtually } from '../operators/virtually.js';

const sample = (at: number, ...each: readonly (readonly [id: string, cpu: number, rss: number])[]): TreeSample => ({
  at,
  processes: each.map(([id, cpu, rss]) => ({ id, cpu, rss })),
});

/** One of these a look, in turn; undefined, when there is none left. */
function looks(...each: readonly TreeSample[]) {
  let looked = 0;
  return { sample$: () => defer(() => of(each[looked++])) };
}

describe('usage$', () => {
  it('samples at once, then at every interval, until no process is left', () => {
    virtually(({ clock, expectObservable }) => {
      const effects = looks(
        sample(0, ['7:1', 900, 50]),
        sample(1_000, ['7:1', 1_400, 60]),
        sample(3_000, ['7:1', 1_900, 40], ['8:1', 500, 30]),
      );
      expectObservable(usage$(7, { every: 1_000, effects }, clock)).toBe('a 999ms b 999ms c 999ms |', {
        a: { pid: 7, cpu: 0, rss: 50, processes: 1 },
        b: { pid: 7, cpu: 50, rss: 60, processes: 1 },
        c: { pid: 7, cpu: 50, rss: 70, processes: 2 },
      });
    });
  });

  it('a reused pid does not make the CPU time negative', () => {
    virtually(({ clock, expectObservable }) => {
      const effects = looks(sample(0, ['7:1', 900, 1], ['8:1', 900, 1]), sample(100, ['7:1', 900, 1], ['8:2', 10, 1]));
      expectObservable(usage$(7, { every: 100, effects }, clock).pipe(map(({ cpu }) => cpu))).toBe('a 99ms b 99ms |', {
        a: 0,
        b: 10,
      });
    });
  });

  it('two samples of the same list have no time between them', () => {
    virtually(({ clock, expectObservable }) => {
      const effects = looks(sample(5, ['7:1', 900, 1]), sample(5, ['7:1', 900, 1]));
      expectObservable(usage$(7, { every: 100, effects }, clock).pipe(map(({ cpu }) => cpu))).toBe('a 99ms a 99ms |', {
        a: 0,
      });
    });
  });

  it('subscribers with the same interval sample at the same times, whenever they subscribed', () => {
    virtually(({ clock, expectObservable }) => {
      const effects = { sample$: () => of(sample(0)) };
      const use$ = usage$(7, { every: 100, effects }, clock).pipe(map(() => 'u'));
      expectObservable(use$, '^ 350ms !').toBe('u 99ms u 99ms u 99ms u');
      expectObservable(use$, '30ms ^ 350ms !').toBe('30ms u 69ms u 99ms u 99ms u');
      // No sooner than half of the interval: so short a time would show nothing.
      expectObservable(use$, '70ms ^ 350ms !').toBe('70ms u 129ms u 99ms u 99ms u');
    });
  });

  it('samples never overlap', () => {
    virtually(({ clock, expectObservable }) => {
      const sample$ = () => timer(150).pipe(map(() => sample(0)));
      expectObservable(usage$(7, { every: 100, effects: { sample$ } }, clock).pipe(map(() => 'u')), '^ 400ms !').toBe(
        '150ms u 199ms u',
      );
    });
  });

  it('accepts a list of processes up to a quarter of the interval old', () => {
    const asked: number[][] = [];
    const sample$ = (pid: number, maxAge: number) => {
      asked.push([pid, maxAge]);
      return of(undefined);
    };
    virtually(({ clock }) => void usage$(7, { every: 400, effects: { sample$ } }, clock).subscribe());
    virtually(({ clock }) => void usage$(8, { effects: { sample$ } }, clock).subscribe());
    expect(asked).toEqual([
      [7, 100],
      [8, 1_250],
    ]);
  });

  it('leaves nothing after unsubscription, and passes errors on', () => {
    virtually(({ cold, clock, expectObservable, expectSubscriptions }) => {
      const never$ = cold<TreeSample>('-');
      expectObservable(usage$(7, { effects: { sample$: () => never$ } }, clock), '^--!').toBe('');
      expectSubscriptions(never$.subscriptions).toBe('^--!');
      expectObservable(usage$(7, { effects: { sample$: () => throwError(() => coded()) } }, clock)).toBe(
        '#',
        undefined,
        coded(),
      );
      expectObservable(usage$(7, { effects: { sample$: () => NEVER } }, clock), '^!').toBe('');
    });
  });

  it.each([0, -1, NaN, Infinity])('every: %s is refused at once', (every) => {
    expect(() => usage$(7, { every })).toThrow(RxvisorError);
  });
});

describe('processSampler', () => {
  const process = (pid: number, parent: number, group: number): SystemProcess => ({
    ...{ pid, parent, group, id: `${String(pid)}:1`, cpu: 0, rss: pid },
  });
  const idsOf = (tree: TreeSample | undefined) => tree?.processes.map(({ id }) => id).sort();

  const listing = (all: readonly SystemProcess[], without: ReadonlySet<number>) => ({
    pids: all.map(({ pid }) => pid),
    processes: all.filter(({ pid }) => !without.has(pid)),
  });

  it('a tree is a process group and all its descendants', () => {
    const all = [
      ...[process(1, 0, 1), process(7, 1, 7), process(8, 7, 7), process(9, 8, 9), process(10, 9, 9)],
      // An orphan of the group; a stranger, and its child.
      ...[process(11, 1, 7), process(20, 1, 20), process(21, 20, 20)],
    ];
    const sample$ = processSampler(
      (without) => listing(all, without),
      () => 5,
    );
    sample$(7, 0).subscribe((tree) => {
      expect(tree?.at).toBe(5);
      expect(idsOf(tree)).toEqual(['10:1', '11:1', '7:1', '8:1', '9:1']);
    });
    sample$(99, 0).subscribe((tree) => expect(tree).toBeUndefined());
  });

  /** Looks at a time, at a system of these processes; gives how old what is seen is, and what was read for it. */
  const looking = (all: SystemProcess[], newest: () => number | undefined = () => undefined) => {
    let time = 0;
    let read: number[] = [];
    const sample$ = processSampler(
      (without) => {
        const list = listing(all, without);
        read = list.processes.map(({ pid }) => pid);
        return list;
      },
      () => time,
      newest,
    );
    return (at: number, pid: number, maxAge = 0) => {
      time = at;
      read = [];
      let tree: TreeSample | undefined;
      sample$(pid, maxAge).subscribe((sample) => (tree = sample));
      return { at: tree?.at, ids: idsOf(tree), read };
    };
  };

  it('samples within the allowed age use the same list', () => {
    const look = looking([process(7, 1, 7)]);
    expect([look(0, 7, 100), look(99, 7, 100), look(100, 7, 100), look(101, 7, 0)].map(({ at }) => at)).toEqual([
      ...[0, 0, 100, 101],
    ]);
  });

  it('processes of other trees are read once a minute, or when a new tree is sampled', () => {
    const all = [process(1, 0, 1), process(7, 1, 7), process(20, 1, 20)];
    const look = looking(all);
    expect(look(0, 7).read).toEqual([1, 7, 20]);
    expect(look(5, 7).read).toEqual([7]);
    all.push(process(8, 7, 7), process(21, 20, 20));
    expect(look(10, 7)).toMatchObject({ ids: ['7:1', '8:1'], read: [7, 8, 21] });
    expect(look(11, 20, 60)).toMatchObject({ at: 11, ids: ['20:1', '21:1'], read: [1, 7, 20, 8, 21] });
    expect(look(15, 7).read).toEqual([7, 20, 8, 21]);
    expect(look(60_011, 7).read).toEqual([1, 7, 20, 8, 21]);
  });

  it.each([
    ['is read again if its pid is newer than the last sample', 15, 25, true],
    ['is read again if the pids have started over since the last sample', 40, 20, true],
    ['is not read again if its pid is as old as the last sample', 20, 30, false],
  ])('a process of another tree %s', (_name, before, after, isRead) => {
    let newest = before;
    const all = [process(7, 1, 7), process(20, 1, 20)];
    const look = looking(all, () => newest);
    look(0, 7);
    // The stranger has ended, and what bears its number now is ours.
    all[1] = process(20, 7, 7);
    newest = after;
    expect(look(5, 7).ids).toEqual(isRead ? ['20:1', '7:1'] : ['7:1']);
  });

  it('a reused pid is read again, and a tree that is no longer sampled counts as another tree after a minute', () => {
    const all = [process(7, 1, 7), process(20, 1, 20)];
    const look = looking(all);
    look(0, 7);
    look(0, 20);
    all.splice(1, 1);
    expect(look(5, 20).ids).toBeUndefined();
    expect(look(6, 7).read).toEqual([7]);
    all.push(process(20, 7, 7));
    expect(look(7, 7)).toMatchObject({ ids: ['20:1', '7:1'] });
    all.push(process(30, 1, 30));
    look(8, 30);
    for (const at of [60_009, 60_010]) look(at, 7);
    expect(look(60_011, 7).read).toEqual([7, 20]);
  });
});
