import { map, merge, NEVER, type Observable, of, Subject, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type ChildEvent, type ChildSpec, type Command, managed$ } from '../../src/index.js';
import { jobQueue } from '../../src/ports/sharePorts.js';
import { coded, type FakeChild, fakeWorld, type FakeWorld } from '../fakeEffects.js';
import { summary } from '../operators/events.js';
import { virtually } from '../operators/virtually.js';

const at = <T>(ms: number, value: T): Observable<T> => timer(ms).pipe(map(() => value));
const changes = (world: FakeWorld, path: string, ...times: readonly number[]): void => {
  for (const ms of times) timer(ms).subscribe(() => world.looks.change$.next({ type: 'changed', path }));
};

interface Setting {
  readonly spec: Partial<ChildSpec>;
  readonly command$?: Observable<Command>;
  readonly live?: (child: FakeChild) => void;
  readonly prepare?: (world: FakeWorld) => void;
}

/** The events of a child until it is stopped, after 1 s if not before. */
function run({ spec, command$ = NEVER, live, prepare }: Setting): string[] {
  const world = fakeWorld(live);
  const lines = virtually(({ now }) => {
    const lines: string[] = [];
    prepare?.(world);
    const stop$ = at<Command>(1_000, { type: 'stop' });
    managed$({ command: 'a', cwd: '/app', ...spec }, merge(command$, stop$), { effects: world.effects }).subscribe({
      next: (event) => lines.push(`${String(now())} ${summary(event)}${because(event)}`),
      complete: () => lines.push('complete'),
    });
    return lines;
  });
  expect(world.looks.watched).toEqual([]);
  expect(world.looks.change$.observed).toBe(false);
  return lines.filter((line) => !/ready|exited.*SIGTERM expected|1000 stopping#\d stop|complete/.test(line));
}

function because(event: ChildEvent): string {
  if (event.type === 'triggerFailed') return ` ${event.trigger} ${event.code}`;
  return event.type === 'stopping' && event.trigger !== undefined ? ` by ${event.trigger}` : '';
}

describe('watch', () => {
  it('restarts a child once for changes within the debounce time', () => {
    const prepare = (world: FakeWorld): void => changes(world, '/app/a.js', 100, 150, 160, 700);
    expect(run({ spec: { watch: true }, prepare })).toEqual([
      '0 spawned#1',
      ...['360 stopping#1 restart by watch', '360 spawned#2'],
      ...['900 stopping#2 restart by watch', '900 spawned#3'],
    ]);
  });

  it('ends a back-off at once', () => {
    const prepare = (world: FakeWorld): void => changes(world, '/app/a.js', 100);
    const live = (child: FakeChild): void => {
      if (child.pid === 1_001) child.exit(1);
    };
    expect(run({ spec: { watch: { debounce: 0 }, restartAt: [5_000] }, prepare, live })).toEqual([
      ...['0 spawned#1', '0 exited#1 1', '0 backingOff#1 5000 crashes 1', '100 spawned#2'],
    ]);
  });

  it('watches the paths of the spec, without ignored paths and without the logs of the child', () => {
    const spec: Partial<ChildSpec> = {
      watch: { paths: ['src', '.'], ignore: ['*.tmp'] },
      log: { file: '/app/logs/a.log', rotate: { size: 10 } },
    };
    run({
      spec,
      prepare: ({ looks }) => {
        timer(10).subscribe(() => {
          const [{ paths, isIgnored }] = looks.watched as [(typeof looks.watched)[number]];
          expect(looks.watched).toHaveLength(1);
          expect(paths).toEqual(['/app/src', '/app']);
          const ignored = ['/app/x.tmp', '/app/logs/a.log', '/app/logs/a.log.2026-11-24T03-50-37.123Z'];
          expect(ignored.filter((path) => !isIgnored(path))).toEqual([]);
          expect(['/app/logs/b.log', '/app/logs', '/app/src/a.js'].filter(isIgnored)).toEqual([]);
        });
      },
    });
  });

  it('is started, stopped and toggled at run time; a repeat changes nothing', () => {
    const lines: string[] = [];
    const command$ = merge(
      at<Command>(100, { type: 'watch', on: true }),
      at<Command>(200, { type: 'watch', on: true }),
      at<Command>(300, { type: 'watch' }),
      at<Command>(400, { type: 'watch' }),
      at<Command>(500, { type: 'watch', on: false }),
    );
    const prepare = ({ looks }: FakeWorld): void =>
      void [50, 150, 250, 350, 450, 550].map((ms) =>
        timer(ms).subscribe(() => lines.push(`${String(ms)} ${looks.watched.map(({ paths }) => paths).join()}`)),
      );
    run({ spec: {}, command$, prepare });
    expect(lines).toEqual(['50 ', '150 /app', '250 /app', '350 ', '450 /app', '550 ']);
  });

  it('a failed watch is an event, and the child keeps running; off and on again, it is retried', () => {
    let fails = true;
    const command$ = merge(
      at<Command>(300, { type: 'watch', on: false }),
      at<Command>(400, { type: 'watch', on: true }),
    );
    const prepare = (world: FakeWorld): void => {
      changes(world, '/app/a.js', 200, 500);
      const { changes$ } = world.effects;
      Object.assign(world.effects, {
        changes$: (...args: Parameters<typeof changes$>) => (fails ? ((fails = false), throwing$) : changes$(...args)),
      });
    };
    expect(run({ spec: { watch: true }, command$, prepare })).toEqual([
      ...['0 triggerFailed#0 watch ENOSPC', '0 spawned#1', '700 stopping#1 restart by watch', '700 spawned#2'],
    ]);
  });
});

const throwing$ = new Subject<never>();
throwing$.error(coded('ENOSPC'));

describe('cron', () => {
  it('restarts a child at its times', () => {
    // The virtual clock stands at the beginning of 1970.
    const received = run({ spec: { cron: { expression: '* * * * *', timezone: 'UTC' } }, command$: NEVER });
    expect(received).toEqual(['0 spawned#1']);
    const world = fakeWorld();
    const lines = virtually(({ timeline }) =>
      timeline(
        managed$({ command: 'a', cron: '* * * * *' }, at(130_000, { type: 'stop' }), { effects: world.effects }),
      ),
    );
    expect(lines.filter((line) => /spawned|complete/.test(line))).toEqual([
      ...['0 spawned#1', '60000 spawned#2', '120000 spawned#3', '130000 complete'],
    ]);
  });
});

describe('maxRss', () => {
  const samples = (rssOf: (pid: number, ms: number) => number) => (world: FakeWorld) => {
    let looks = 0;
    world.looks.sample$ = (pid) => {
      looks += 1;
      return of({ at: looks, processes: [{ id: '1', cpu: 0, rss: rssOf(pid, looks) }] });
    };
  };

  it('stops a child above the limit with its grace period, then starts it again', () => {
    const live = (child: FakeChild): void => {
      child.onSignal = () => void timer(50).subscribe(() => child.exit(0));
    };
    // 100, 200, 300 …: beyond 250 at the third look.
    const prepare = samples((pid, look) => (pid === 1_001 ? look * 100 : 0));
    const lines = run({ spec: { maxRss: { bytes: 250, every: 100 } }, live, prepare });
    expect(lines).toEqual([
      ...['0 spawned#1', '200 stopping#1 restart by maxRss', '250 exited#1 0 expected', '250 spawned#2'],
      '1050 exited#2 0 expected',
    ]);
  });

  it('memory equal to the limit causes no restart', () => {
    expect(run({ spec: { maxRss: { bytes: 250, every: 100 } }, prepare: samples(() => 250) })).toEqual(['0 spawned#1']);
  });

  it('samples only a running child', () => {
    const looked: number[] = [];
    const prepare = (world: FakeWorld): void => {
      world.looks.sample$ = (pid) => {
        looked.push(pid);
        return of({ at: 0, processes: [] });
      };
    };
    const live = (child: FakeChild): void => void timer(30).subscribe(() => child.exit(1));
    run({ spec: { maxRss: { bytes: 1, every: 20 }, restartAt: [500] }, prepare, live });
    // Each for 30 ms: the second one from 530 on, so that its looks are due at 540 and 560.
    expect(looked).toEqual([1_001, 1_001, 1_002, 1_002, 1_002]);
  });

  it('samples every 5 s by default', () => {
    const looked: number[] = [];
    const world = fakeWorld();
    virtually(({ now }) => {
      world.looks.sample$ = () => (looked.push(now()), of({ at: 0, processes: [] }));
      managed$({ command: 'a', maxRss: 1 }, at(12_000, { type: 'stop' }), { effects: world.effects }).subscribe();
    });
    expect(looked).toEqual([0, 5_000, 10_000]);
  });
});

describe('all triggers', () => {
  it('cause restarts one at a time, which do not count as crashes', () => {
    const received = run({
      spec: { watch: { debounce: 0 }, limit: { max: 1, within: 60_000 }, maxRss: { bytes: 1, every: 100 } },
      prepare: (world) => {
        changes(world, '/app/a.js', 100, 200, 300, 400);
        world.looks.sample$ = () =>
          of({ at: 0, processes: [{ id: '1', cpu: 0, rss: world.children.length > 2 ? 0 : 5 }] });
      },
    });
    expect(received.some((line) => line.includes('gaveUp'))).toBe(false);
    expect(received.filter((line) => line.includes('spawned')).length).toBeGreaterThan(5);
  });

  it('end with the child, or with the subscription', () => {
    const live = (child: FakeChild): void => child.exit(0);
    expect(run({ spec: { watch: true, cron: '@daily', maxRss: 5 }, live })).toEqual(['0 spawned#1', '0 exited#1 0']);
    const world = fakeWorld();
    virtually(({ clock }) => {
      const subscription = managed$({ command: 'a', watch: true }, NEVER, { effects: world.effects }).subscribe();
      clock.schedule(() => subscription.unsubscribe(), 50);
    });
    expect(world.looks.watched).toEqual([]);
  });
});

describe('children with a shared queue', () => {
  /** Two that share a turn, each up 100 ms after its start. */
  function pair(prepare: (world: FakeWorld) => void): string[] {
    const world = fakeWorld((child) => {
      timer(100).subscribe(() => {
        child.say('up\n');
      });
    });
    const effects = { ...world.effects, queued$: jobQueue() };
    const spec: ChildSpec = { command: 'a', cwd: '/app', ready: { line: 'up' }, watch: true };
    const received = virtually(({ now }) => {
      const lines: string[] = [];
      prepare(world);
      for (const name of ['a', 'b']) {
        managed$({ ...spec, name }, at<Command>(2_000, { type: 'stop' }), { effects }).subscribe((event) => {
          if (event.type === 'stopping' || event.type === 'ready')
            lines.push(`${String(now())} ${name} ${event.type}${because(event)}`);
        });
      }
      return lines;
    });
    return received.filter((line) => !line.startsWith('100 ') && !line.startsWith('2000 '));
  }

  it('restart one after the other, each when the one before it is ready', () => {
    expect(pair((world) => changes(world, '/app/x.js', 300))).toEqual([
      ...['500 a stopping by watch', '600 a ready'],
      ...['600 b stopping by watch', '700 b ready'],
    ]);
  });

  it('restart only once more for all triggers during a restart', () => {
    expect(pair((world) => changes(world, '/app/x.js', 300, 540, 760))).toEqual([
      ...['500 a stopping by watch', '600 a ready'],
      ...['600 b stopping by watch', '700 b ready'],
      ...['740 a stopping by watch', '840 a ready'],
      ...['840 b stopping by watch', '940 b ready'],
      ...['960 a stopping by watch', '1060 a ready'],
      ...['1060 b stopping by watch', '1160 b ready'],
    ]);
  });
});
