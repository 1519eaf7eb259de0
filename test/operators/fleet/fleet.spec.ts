import fc from 'fast-check';
import {
  concat,
  defer,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  Subject,
  switchMap,
  takeUntil,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  type Act,
  type ChildEvent,
  fleet,
  type FleetCommand,
  type FleetEvent,
  type Member,
  restartAt,
  RxvisorError,
  stopWith,
  withCommands,
} from '../../../src/index.js';
import { at, exited, spawned } from '../events.js';
import { virtually } from '../virtually.js';

const ready: ChildEvent = { type: 'ready', attempt: 1 };
const reload = { type: 'reload' } as const;
const stop = { type: 'stop' } as const;
const scale = (instances: number): FleetCommand => ({ type: 'scale', instances });

/** How a run goes: ready after 30 ms, and ends when it is asked to, after 20 ms; unless it crashes. */
type Plan = 'good' | 'crash' | { readonly crashAfter: number };

/** Instances that do as `plan` says of the n-th run that is started, from 1; and how many were ready at each moment. */
function yard(plan: (run: number, index: number) => Plan, delays: number[] = []) {
  const serving = new Set<string>();
  let runs = 0;
  const instance =
    (index: number): Member =>
    (command$) =>
      withCommands(command$, (command$) =>
        defer(() => {
          const act$ = new Subject<Act>();
          const run = (runs += 1);
          const how = plan(run, index);
          const end$ =
            how === 'good' ? NEVER : at(how === 'crash' ? 10 : how.crashAfter, exited(1)).pipe(map((event) => event));
          const asked$ = act$.pipe(
            filter(({ type }) => type === 'ask'),
            switchMap(() => at(20, exited('SIGTERM', true))),
          );
          const ready$ = how === 'crash' ? EMPTY : at(30, ready).pipe(takeUntil(act$));
          const event$ = merge(of(spawned), ready$, end$, asked$);
          return event$.pipe(
            map((event): ChildEvent => ({ ...event, name: String(run) })),
            stopWith(command$, { act$ }),
          );
        }).pipe(restartAt(delays, { command$ })),
      );
  const count = ({ type, name = '' }: FleetEvent): void => {
    if (type === 'ready') serving.add(name);
    if (type === 'stopping' || type === 'exited') serving.delete(name);
  };
  return { instance, count, serving: () => serving.size, runs: () => runs };
}

/** The events of a fleet: `40 0 ready`, `70 reloaded#1`; and the fewest that were ready at once since all were. */
function sail(
  command$: Observable<FleetCommand>,
  {
    instances = 2,
    plan = () => 'good',
    delays = [],
    until = 1_000,
  }: { instances?: number; plan?: (run: number, index: number) => Plan; delays?: number[]; until?: number } = {},
) {
  const { instance, count, serving, runs } = yard(plan, delays);
  let fewest = Infinity;
  let full = false;
  const received = virtually(({ now, clock }) => {
    const lines: string[] = [];
    const subscription = fleet(instance, { instances })(command$).subscribe({
      next: (event) => {
        count(event);
        full ||= serving() >= instances;
        if (full) fewest = Math.min(fewest, serving());
        const who =
          'instance' in event && event.type !== 'reloadFailed'
            ? `${event.instance} ${event.type}`
            : `${event.type}#${event.attempt}`;
        lines.push(`${now()} ${who}${event.type === 'refused' ? ` ${event.reason}` : ''}`);
      },
      error: (error: unknown) => lines.push(`${now()} error ${String(error)}`),
      complete: () => lines.push(`${now()} complete`),
    });
    clock.schedule(() => subscription.unsubscribe(), until);
    return lines;
  });
  return { received, fewest, runs: runs() };
}

const start = ['0 0 spawned', '0 1 spawned', '30 0 ready', '30 1 ready'];

describe('fleet', () => {
  it('starts so many, and is over when it has been stopped', () => {
    expect(sail(at(100, stop)).received).toEqual([
      ...start,
      ...['100 0 stopping', '100 1 stopping', '120 0 exited', '120 1 exited', '120 complete'],
    ]);
  });

  it('reload: the new one first, and one after the other', () => {
    const { received, fewest } = sail(at(100, reload), { until: 300 });
    expect(received).toEqual([
      ...start,
      '100 reloading#1',
      ...['100 0 spawned', '130 0 ready', '130 0 stopping', '150 0 exited'],
      ...['150 1 spawned', '180 1 ready', '180 1 stopping', '200 1 exited'],
      '200 reloaded#1',
    ]);
    expect(fewest).toBe(2);
  });

  it('reload, several at a time', () => {
    const { received, fewest } = sail(at(100, { type: 'reload', parallel: 2 }), { instances: 3, until: 300 });
    expect(received.filter((line) => line.includes('spawned') || line.includes('#'))).toEqual([
      ...['0 0 spawned', '0 1 spawned', '0 2 spawned', '100 reloading#1', '100 0 spawned', '100 1 spawned'],
      ...['150 2 spawned', '200 reloaded#1'],
    ]);
    expect(fewest).toBe(3);
  });

  it('a new one that fails leaves the old one serving, and the rest as it is', () => {
    const { received, fewest } = sail(at(100, reload), { plan: (run) => (run > 2 ? 'crash' : 'good'), until: 300 });
    expect(received).toEqual([...[...start, '100 reloading#1', '100 0 spawned', '110 0 exited', '110 reloadFailed#1']]);
    expect(fewest).toBe(2);
  });

  it('one that would be restarted has failed at its first end: it is not waited for', () => {
    const plan = (run: number): Plan => (run === 3 ? 'crash' : 'good');
    const { received } = sail(at(100, reload), { plan, delays: [50], until: 300 });
    expect(received.slice(4)).toEqual([...['100 reloading#1', '100 0 spawned', '110 0 exited', '110 reloadFailed#1']]);
  });

  it('the second that fails: the first stays new, the third old', () => {
    const plan = (run: number): Plan => (run === 5 ? 'crash' : 'good');
    const { received, runs } = sail(at(100, reload), { instances: 3, plan, until: 300 });
    expect(received.filter((line) => line.includes('reload'))).toEqual(['100 reloading#1', '160 reloadFailed#1']);
    expect(runs).toBe(5);
  });

  it('a second reload waits for its turn', () => {
    const { received, fewest } = sail(merge(at(100, reload), at(110, reload)), { until: 500 });
    expect(received.filter((line) => line.includes('#'))).toEqual([
      ...['100 reloading#1', '200 reloaded#1', '200 reloading#2', '300 reloaded#2'],
    ]);
    expect(fewest).toBe(2);
  });

  it('an old one that crashes while the new one starts is replaced all the same', () => {
    const plan = (run: number): Plan => (run === 1 ? { crashAfter: 110 } : 'good');
    const { received } = sail(at(100, reload), { plan, until: 400 });
    expect(received.filter((line) => / 0 |#/.test(line))).toEqual([
      ...[
        '0 0 spawned',
        '30 0 ready',
        '100 reloading#1',
        '100 0 spawned',
        '110 0 exited',
        '110 0 gaveUp',
        '130 0 ready',
      ],
      '180 reloaded#1',
    ]);
  });

  it('a stop during a reload ends old and new, and nothing is said to have failed', () => {
    expect(sail(merge(at(100, reload), at(120, stop))).received.slice(4)).toEqual([
      ...['100 reloading#1', '100 0 spawned', '120 0 stopping', '120 1 stopping', '120 0 stopping'],
      ...['140 0 exited', '140 1 exited', '140 0 exited', '140 complete'],
    ]);
  });

  it('scales up, down, to nothing, and up again', () => {
    const command$ = merge(at(100, scale(3)), at(200, scale(1)), at(300, scale(0)), at(400, scale(2)));
    expect(sail(command$, { until: 500 }).received).toEqual([
      ...start,
      ...['100 2 spawned', '130 2 ready'],
      ...['200 1 stopping', '200 2 stopping', '220 1 exited', '220 2 exited'],
      ...['300 0 stopping', '320 0 exited'],
      ...['400 0 spawned', '400 1 spawned', '430 0 ready', '430 1 ready'],
    ]);
  });

  it('restarts one after the other, each once the one before is ready again', () => {
    const { received, fewest } = sail(at(100, { type: 'restart' }), { until: 300 });
    expect(received.slice(4)).toEqual([
      ...['100 0 stopping', '120 0 exited', '120 0 spawned', '150 0 ready'],
      ...['150 1 stopping', '170 1 exited', '170 1 spawned', '200 1 ready'],
    ]);
    expect(fewest).toBe(1);
  });

  it('a trigger that restarts it restarts its instances', () => {
    const received: FleetCommand[] = [];
    const instance = (): Member => (command$) => {
      command$.subscribe((command) => received.push(command));
      return merge(of<ChildEvent[]>(spawned, { type: 'ready', attempt: 1 }), NEVER);
    };
    const command = { type: 'restart', trigger: 'watch' } as const;
    virtually(({ timeline }) => timeline(fleet(instance, { instances: 1 })(at(1, command)) as never, { until: 5 }));
    expect(received[0]).toEqual({ type: 'restart', trigger: 'watch' });
  });

  it('each heals by itself; when all have ended by themselves, it is over', () => {
    const plan = (run: number): Plan => (run === 1 ? 'crash' : 'good');
    expect(sail(NEVER, { plan, delays: [50], until: 200 }).received).toEqual([
      ...['0 0 spawned', '0 1 spawned', '10 0 exited', '10 0 backingOff', '30 1 ready', '60 0 spawned', '90 0 ready'],
    ]);
    expect(sail(NEVER, { plan: () => 'crash' }).received.slice(2)).toEqual([
      ...['10 0 exited', '10 0 gaveUp', '10 1 exited', '10 1 gaveUp', '10 complete'],
    ]);
  });

  it('a reload starts again what has been given up', () => {
    const plan = (run: number): Plan => (run === 1 ? 'crash' : 'good');
    expect(sail(at(100, reload), { plan, until: 300 }).received.filter((line) => line.includes(' 0 '))).toEqual([
      ...['0 0 spawned', '10 0 exited', '10 0 gaveUp', '100 0 spawned', '130 0 ready'],
    ]);
  });

  it('other commands reach all, and an unsubscription is a stop of all', () => {
    const received: string[] = [];
    virtually(({ clock }) => {
      const instance =
        (index: number): Member =>
        (command$) =>
          merge(
            of(spawned, ready),
            command$.pipe(
              tap(({ type }) => received.push(`${index} ${type}`)),
              ignoreElements(),
            ),
          );
      const subscription = fleet(instance, { instances: 2 })(at(10, { type: 'reopenLogs' })).subscribe();
      clock.schedule(() => subscription.unsubscribe(), 20);
    });
    expect(received).toEqual(['0 reopenLogs', '1 reopenLogs', '0 stop', '1 stop']);
  });

  it('refuses what cannot be: at once, or as an event', () => {
    for (const instances of [-1, 1.5, NaN, Infinity, 10_001]) {
      expect(() => fleet(() => () => EMPTY, { instances })).toThrow(RxvisorError);
    }
    const command$ = merge(
      ...[at(100, scale(-1)), at(110, { type: 'reload', parallel: 0 } as const)],
      ...[at(120, scale(10_001)), at(130, { type: 'reload', parallel: 10_001 } as const)],
    );
    expect(sail(command$, { until: 200 }).received.slice(4)).toEqual([
      '100 refused#0 -1 is not a number of instances',
      '110 refused#0 parallel: 0 is not a number of instances',
      '120 refused#0 10001 is not a number of instances',
      '130 refused#0 parallel: 10001 is not a number of instances',
    ]);
  });

  it('ignores commands once it is being stopped, and a restart skips a number without an instance', () => {
    expect(sail(merge(at(100, stop), at(110, reload))).received.at(-1)).toBe('120 complete');
    const plan = (run: number): Plan => (run === 1 ? 'crash' : 'good');
    expect(sail(at<FleetCommand>(100, { type: 'restart' }), { plan, until: 200 }).received.slice(-4)).toEqual([
      ...['100 1 stopping', '120 1 exited', '120 1 spawned', '150 1 ready'],
    ]);
  });

  it('its own events bear its name', () => {
    const { instance } = yard(() => 'good');
    const names: unknown[] = [];
    virtually(() => {
      fleet(instance, { instances: 1, name: 'web' })(merge(at<FleetCommand>(50, reload), at<FleetCommand>(200, stop)))
        .pipe(filter(({ type }) => type.startsWith('reload')))
        .subscribe(({ type, name, attempt }) => names.push(`${String(name)} ${type} ${attempt}`));
    });
    expect(names).toEqual(['web reloading 1', 'web reloaded 1']);
  });

  it('instances that end at once leave their places', () => {
    let begun = 0;
    const received: string[] = [];
    virtually(() => {
      const instance = (): Member => () => defer(() => ((begun += 1), EMPTY));
      fleet(instance, { instances: 2 })().subscribe({ complete: () => received.push('complete') });
      fleet(instance, { instances: 0 })(merge(at(10, scale(2)), NEVER)).subscribe({
        complete: () => received.push('again'),
      });
    });
    expect([begun, ...received]).toEqual([4, 'complete', 'again']);
  });

  it('passes on what the making of an instance throws, once the others have been stopped', () => {
    const { instance } = yard(() => 'good');
    const received: string[] = [];
    virtually(({ now }) => {
      const mixed = (index: number): Member => {
        if (index === 1) throw new Error('no such instance');
        return instance(index);
      };
      fleet(mixed, { instances: 2 })().subscribe({
        next: ({ type }) => received.push(`${now()} ${type}`),
        error: (error: unknown) => received.push(`${now()} ${String(error)}`),
      });
    });
    expect(received).toEqual(['0 spawned', '0 stopping', '20 exited', '20 Error: no such instance']);
  });

  it('an error of one is passed on once the others have been stopped', () => {
    const { instance } = yard(() => 'good');
    const received: string[] = [];
    virtually(({ now }) => {
      const mixed = (index: number): Member =>
        index === 0
          ? instance(0)
          : () =>
              concat(
                timer(50).pipe(ignoreElements()),
                throwError(() => new Error('no')),
              );
      fleet(mixed, { instances: 2 })().subscribe({
        next: ({ type }) => received.push(`${now()} ${type}`),
        error: (error: unknown) => received.push(`${now()} ${String(error)}`),
      });
    });
    expect(received).toEqual(['0 spawned', '30 ready', '50 stopping', '70 exited', '70 Error: no']);
  });

  it('whatever comes in whichever order: each reload comes to an end, and nobody is left', () => {
    const command = fc.oneof(
      fc.constant<FleetCommand>(reload),
      fc.record({ type: fc.constant('reload' as const), parallel: fc.integer({ min: 1, max: 4 }) }),
      fc.integer({ min: 0, max: 4 }).map(scale),
      fc.constant<FleetCommand>({ type: 'restart' }),
    );
    const commands = fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), command), { maxLength: 6 });
    fc.assert(
      fc.property(commands, fc.array(fc.boolean(), { maxLength: 30 }), (sent, crashes) => {
        const plan = (run: number): Plan => (crashes[run] === true ? 'crash' : 'good');
        const command$ = merge(...sent.map(([ms, command]) => at(ms, command)), at<FleetCommand>(6_000, stop));
        const { received } = sail(command$, { plan, delays: [20], until: 20_000 });
        expect(received.at(-1)).toMatch(/ complete$/);
        const count = (type: string): number => received.filter((line) => line.includes(type)).length;
        expect(count('spawned')).toBe(count('exited'));
        // Of those that are side by side several may fail.
        const failed = new Set(received.flatMap((line) => /reloadFailed#(\d+)/.exec(line)?.[1] ?? []));
        expect(count('reloading#')).toBe(count('reloaded#') + failed.size);
      }),
      { numRuns: 200 },
    );
  });

  it('reloads alone never leave fewer ready than there are to be', () => {
    const times = fc.array(fc.integer({ min: 50, max: 600 }), { maxLength: 5 });
    fc.assert(
      fc.property(
        times,
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.boolean(), { maxLength: 30 }),
        (sent, instances, crashes) => {
          const plan = (run: number): Plan => (run > instances && crashes[run] === true ? 'crash' : 'good');
          const { fewest } = sail(merge(...sent.map((ms) => at<FleetCommand>(ms, reload))), {
            instances,
            plan,
            until: 5_000,
          });
          expect(fewest).toBe(instances);
        },
      ),
      { numRuns: 200 },
    );
  });
});
