import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { concat, defer, EMPTY, merge, NEVER, type Observable, of, Subject, tap, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type ChildEvent, type Command, restartAt, type RestartOptions, type Schedule } from '../../src/index.js';
import {
  at,
  exited,
  hangUp,
  life,
  lives,
  message,
  reset,
  restart,
  spawned,
  spawnFailed,
  stop,
  stopping,
  triggered,
} from './events.js';
import { virtually } from './virtually.js';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const schedule = [100, 500, 1_000, 10_000, 30_000, 60_000, 300_000, 900_000];
const crash = exited(1);

/** What `run$` comes to under `restartAt`, from its subscription at 0. Commands are shared, and sent from then on. */
function eventsOf(
  run$: Observable<ChildEvent>,
  delays: readonly number[] | Schedule,
  { command$ = NEVER, ...options }: RestartOptions = {},
  until?: number,
): string[] {
  return virtually(({ timeline }) => {
    const hot$ = new Subject<Command>();
    const received = timeline(
      run$.pipe(restartAt(delays, { ...options, command$: hot$ })),
      until === undefined ? {} : { until },
    );
    command$.subscribe(hot$);
    return received;
  });
}

describe('restartAt passes through', () => {
  it('a run that says nothing, and its unsubscription', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const run$ = cold<ChildEvent>('-');
      expectObservable(run$.pipe(restartAt([10])), '----!').toBe('-');
      expectSubscriptions(run$.subscriptions).toBe('^---!');
    });
  });

  it('a run that is empty: one that never ended is not run again', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const run$ = cold<ChildEvent>('--|');
      expectObservable(run$.pipe(restartAt([10]))).toBe('--|');
      expectSubscriptions(run$.subscriptions).toBe('^-!');
    });
  });

  it('one event, and many', () => {
    virtually(({ cold, expectObservable }) => {
      const values = {
        s: spawned,
        r: { type: 'ready', attempt: 1 },
        o: { type: 'output', stream: 'stdout', text: 'a\n', attempt: 1 },
        x: exited(0),
      } as const;
      expectObservable(cold<ChildEvent>('x|', values).pipe(restartAt([10]))).toBe('x|', values);
      expectObservable(cold<ChildEvent>('-s-r-o(o x)|', values).pipe(restartAt([10]))).toBe('-s-r-o(o x)|', values);
    });
  });

  it('an error, without a restart', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const run$ = cold<ChildEvent>('-s-#', { s: spawned });
      expectObservable(run$.pipe(restartAt([10]))).toBe('-s-#', { s: spawned });
      expectSubscriptions(run$.subscriptions).toBe('^--!');
    });
  });

  it('an error in place of the second run', () => {
    expect(
      eventsOf(
        lives(
          life(5, crash),
          throwError(() => new Error('gone')),
        ),
        [10],
      ),
    ).toEqual(['0 spawned#1', '5 exited#1 1', '5 backingOff#1 10 crashes 1', '15 error Error: gone']);
  });
});

describe('restartAt unsubscribed', () => {
  it('in a run: takes the run and the commands back, and leaves no timer', () => {
    virtually(({ cold, hot, clock, expectObservable, expectSubscriptions, flush }) => {
      const run$ = cold<ChildEvent>('s', { s: spawned });
      const command$ = hot<Command>('-');
      expectObservable(run$.pipe(restartAt([10], { command$ }, clock)), '^--!').toBe('s', { s: spawned });
      expectSubscriptions(run$.subscriptions).toBe('^--!');
      expectSubscriptions(command$.subscriptions).toBe('^--!');
      flush();
      expect(clock.armed()).toBe(0);
    });
  });

  it('in the back-off: nothing more is run, and no timer left', () => {
    virtually(({ cold, hot, clock, expectObservable, expectSubscriptions }) => {
      const run$ = cold<ChildEvent>('(x|)', { x: crash });
      const command$ = hot<Command>('-');
      const values = { x: crash, b: { type: 'backingOff', delay: 10, crashes: 1, attempt: 1 } } as const;
      expectObservable(run$.pipe(restartAt([10], { command$ }, clock)), '^---!').toBe('(xb)', values);
      expectSubscriptions(run$.subscriptions).toBe('(^!)');
      timer(3).subscribe(() => {
        expect(clock.armed()).toBe(1);
      });
      timer(5).subscribe(() => {
        expect(clock.armed()).toBe(0);
        expect(command$.subscriptions.map(({ unsubscribedFrame }) => unsubscribedFrame)).not.toContain(Infinity);
      });
    });
  });

  it('keeps its state to a subscription: a second one starts from the first delay', () => {
    virtually(({ timeline }) => {
      const event$ = life(5, crash).pipe(restartAt([10, 20]));
      const first = timeline(event$, { until: 40 });
      const second$ = timeline(event$, { until: 40 });
      timer(50).subscribe(() => {
        expect(first).toEqual(second$);
        expect(first).toContain('20 backingOff#2 20 crashes 2');
      });
    });
  });
});

describe('the schedule of restartAt', () => {
  it('goes through its eight steps in hours of virtual time, and repeats the last for ever', () => {
    const backOffs = eventsOf(life(5, crash), schedule, {}, 24 * hour).filter((line) => line.includes('backingOff'));
    let time = 0;
    const expected = Array.from({ length: backOffs.length }, (_, index) => {
      const delay = schedule[Math.min(index, 7)]!;
      const line = `${time + 5} backingOff#${index + 1} ${delay} crashes ${index + 1}`;
      time += 5 + delay;
      return line;
    });
    expect(backOffs).toEqual(expected);
    expect(backOffs.length).toBeGreaterThan(100);
  });

  it('is held to by the runs: each starts its delay after the end of the last one', () => {
    expect(eventsOf(life(5, crash), [100, 500], {}, 1_200)).toEqual([
      '0 spawned#1',
      '5 exited#1 1',
      '5 backingOff#1 100 crashes 1',
      '105 spawned#2',
      '110 exited#2 1',
      '110 backingOff#2 500 crashes 2',
      '610 spawned#3',
      '615 exited#3 1',
      '615 backingOff#3 500 crashes 3',
      '1115 spawned#4',
      '1120 exited#4 1',
      '1120 backingOff#4 500 crashes 4',
    ]);
  });

  it('starts over after a run of 30 minutes, by default', () => {
    const run$ = lives(life(5, crash), life(5, crash), life(30 * minute + 1, crash), life(5, crash), NEVER);
    expect(eventsOf(run$, schedule, {}, hour)).toEqual([
      '0 spawned#1',
      '5 exited#1 1',
      '5 backingOff#1 100 crashes 1',
      '105 spawned#2',
      '110 exited#2 1',
      '110 backingOff#2 500 crashes 2',
      '610 spawned#3',
      '1800610 stable#3',
      '1800611 exited#3 1',
      '1800611 backingOff#3 100 crashes 1',
      '1800711 spawned#4',
      '1800716 exited#4 1',
      '1800716 backingOff#4 500 crashes 2',
    ]);
  });

  it('takes 0 for a delay, from a timer', () => {
    expect(eventsOf(lives(life(5, crash), life(5, crash), life(5, exited(0))), [0, 0])).toEqual([
      '0 spawned#1',
      '5 exited#1 1',
      '5 backingOff#1 0 crashes 1',
      '5 spawned#2',
      '10 exited#2 1',
      '10 backingOff#2 0 crashes 2',
      '10 spawned#3',
      '15 exited#3 0',
      '15 complete',
    ]);
  });

  it.each([[[]], [[0]]])('%j means never', (delays) => {
    expect(eventsOf(life(5, crash), delays)).toEqual(['0 spawned#1', '5 exited#1 1', '5 gaveUp#1 never', '5 complete']);
    expect(eventsOf(life(5, exited(0)), delays, { restartOn: 'exit' })).toEqual([
      '0 spawned#1',
      '5 exited#1 0',
      '5 complete',
    ]);
  });

  it.each([[[]], [[0]]])('%j does not hinder a restart that was asked for', (delays) => {
    const command$ = at(2, restart);
    const run$ = lives(life(5, exited('SIGTERM', true)), life(5, exited(0)));
    expect(eventsOf(run$, delays, { command$ })).toEqual([
      '0 spawned#1',
      '5 exited#1 SIGTERM expected',
      '5 spawned#2',
      '10 exited#2 0',
      '10 complete',
    ]);
  });
});

describe('a schedule of somebody else for restartAt', () => {
  it('is asked after each crash, and starts over after stable', () => {
    const run$ = lives(life(5, crash), life(5, crash), life(30, crash), life(5, crash));
    const lines = eventsOf(run$, (crashes) => crashes * 10, { restartOk: 20 }, 100);
    expect(lines.filter((line) => line.includes('backingOff'))).toEqual([
      '5 backingOff#1 10 crashes 1',
      '20 backingOff#2 20 crashes 2',
      '70 backingOff#3 10 crashes 1',
      '85 backingOff#4 20 crashes 2',
    ]);
  });

  it('that throws, or gives what is no delay, is an error of the stream, after the run', () => {
    const throws = (): number => {
      throw new Error('no more');
    };
    expect(eventsOf(life(5, crash), throws)).toEqual(['0 spawned#1', '5 exited#1 1', '5 error Error: no more']);
    expect(eventsOf(life(5, crash), () => -1).at(-1)).toMatch(
      /^5 error RxvisorError: restartAt\(1\): -1 is not a delay/,
    );
  });

  it('and a list with what is no delay is refused, at once', () => {
    expect(() => restartAt([100, NaN])).toThrow('restartAt[1]: NaN is not a delay.');
  });
});

describe('a run that gives up by itself', () => {
  const gaveUp = { type: 'gaveUp', reason: 'permanent', attempt: 1 } as const;

  it('is the last, unless a restart is asked for', () => {
    const run$ = lives(concat(life(5, crash), of(gaveUp)), life(5, crash));
    expect(eventsOf(run$, [10])).toEqual(['0 spawned#1', '5 exited#1 1', '5 gaveUp#1 permanent', '5 complete']);
    expect(eventsOf(run$, [10], { command$: at(2, restart) }, 7)).toContain('5 spawned#2');
  });
});

describe('stable', () => {
  const tie = {
    r: { type: 'stable', attempt: 1 },
    s: spawned,
    x: crash,
    g: { type: 'gaveUp', reason: 'never', attempt: 1 },
  } as const;

  it('comes restartOk after spawned', () => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold('-s----x|', tie).pipe(restartAt([], { restartOk: 4 }))).toBe('-s---rx(g|)', tie);
    });
  });

  it('does not come for a run that ends at exactly restartOk', () => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold('-s---x|', tie).pipe(restartAt([], { restartOk: 4 }))).toBe('-s---x(g|)', tie);
    });
  });

  it('does not come at that tie either when the end was put on the clock after the spawn', () => {
    expect(eventsOf(life(4, crash), [], { restartOk: 4 })).not.toContain('4 stable#1');
  });

  it('is timed anew for each run, and not at all for one that could not be spawned', () => {
    expect(eventsOf(lives(life(3, crash), of(spawnFailed), life(5, crash)), [1], { restartOk: 4 }, 10)).toEqual([
      '0 spawned#1',
      '3 exited#1 1',
      '3 backingOff#1 1 crashes 1',
      '4 spawnFailed#2',
      '4 backingOff#2 1 crashes 2',
      '5 spawned#3',
      '9 stable#3',
    ]);
  });

  it('carries the name of the child', () => {
    virtually(({ cold, expectObservable }) => {
      const values = { s: { ...spawned, name: 'api' }, t: { type: 'stable', name: 'api', attempt: 1 } } as const;
      expectObservable(cold('s', values).pipe(restartAt([], { restartOk: 2 }))).toBe('s-t', values);
    });
  });
});

describe('whether restartAt runs again: {crash, exit, never} x {clean exit, crash, stop asked for}', () => {
  const cells: readonly (readonly [string, number[], RestartOptions, ChildEvent, string])[] = [
    ['crash', [9], { restartOn: 'crash' }, exited(0), 'complete'],
    ['crash', [9], { restartOn: 'crash' }, exited(1), 'backingOff#1 9 crashes 1'],
    ['crash', [9], { restartOn: 'crash', command$: at(2, stop) }, exited(1, true), 'complete'],
    ['exit', [9], { restartOn: 'exit' }, exited(0), 'backingOff#1 9 crashes 1'],
    ['exit', [9], { restartOn: 'exit' }, exited(1), 'backingOff#1 9 crashes 1'],
    ['exit', [9], { restartOn: 'exit', command$: at(2, stop) }, exited(0, true), 'complete'],
    ['never', [], {}, exited(0), 'complete'],
    ['never', [], {}, exited(1), 'gaveUp#1 never'],
    ['never', [], { command$: at(2, stop) }, exited(1, true), 'complete'],
  ];

  it.each(cells)('%s %j %j %j: %s', (_name, delays, options, end, expected) => {
    const [first, next] = eventsOf(of(end), delays, options, 5);
    expect(first).toMatch(/^0 exited#1/);
    expect(next).toBe(`0 ${expected}`);
  });

  it.each(cells.slice(0, 6))(
    '%s: an end that was expected, though nobody asked here, is followed by nothing',
    (_name, delays, { restartOn }, end) => {
      expect(eventsOf(of({ ...end, expected: true } as ChildEvent), delays, { restartOn })).toEqual([
        expect.stringMatching(/^0 exited#1 . expected$/),
        '0 complete',
      ]);
    },
  );

  it.each<[string, ChildEvent]>([
    ['a signal', exited('SIGSEGV')],
    ['a signal that asks to stop', exited('SIGTERM')],
    ['a failed spawn', spawnFailed],
    ['code 255', exited(255)],
  ])('%s is a crash', (_name, end) => {
    expect(eventsOf(of(end), [])).toContain('0 gaveUp#1 never');
  });

  it('a run that was not ready in time is a crash, even with code 0', () => {
    const run$ = concat(of(spawned, stopping('readyTimeout')), at(5, exited(0)));
    expect(eventsOf(run$, [])).toEqual([
      '0 spawned#1',
      '0 stopping#1 readyTimeout',
      '5 exited#1 0',
      '5 gaveUp#1 never',
      '5 complete',
    ]);
  });

  it('... but for that run only', () => {
    const run$ = lives(of(spawned, stopping('readyTimeout'), exited(0)), of(spawned, exited(0)));
    expect(eventsOf(run$, [9]).slice(-3)).toEqual(['9 spawned#2', '9 exited#2 0', '9 complete']);
  });

  it('a run that left processes behind is what its exit was', () => {
    const run$ = (code: number) => of(spawned, stopping('leftover'), exited(code));
    expect(eventsOf(run$(0), []).slice(-2)).toEqual(['0 exited#1 0', '0 complete']);
    expect(eventsOf(run$(1), []).slice(-2)).toEqual(['0 gaveUp#1 never', '0 complete']);
  });

  it.each([
    ['crash', 3, [3, 4], 'complete'],
    ['crash', 4, [3, 4], 'complete'],
    ['crash', 5, [3, 4], 'backingOff#1 9 crashes 1'],
    ['exit', 0, [0], 'complete'],
    ['exit', 3, [3], 'complete'],
    ['exit', 1, [0], 'backingOff#1 9 crashes 1'],
  ] as const)('restartOn %s, code %i, stopExitCodes %j: %s', (restartOn, code, stopExitCodes, expected) => {
    expect(eventsOf(of(exited(code)), [9], { restartOn, stopExitCodes }, 5)[1]).toBe(`0 ${expected}`);
  });

  it('no stopExitCodes hold for a signal or a failed spawn', () => {
    const stopExitCodes = Array.from({ length: 256 }, (_, code) => code);
    expect(eventsOf(of(exited('SIGKILL')), [9], { stopExitCodes }, 5)[1]).toMatch('backingOff');
    expect(eventsOf(of(spawnFailed), [9], { stopExitCodes }, 5)[1]).toMatch('backingOff');
  });

  it('stopExitCodes are a quiet end: nothing is given up', () => {
    expect(eventsOf(of(exited(3)), [], { stopExitCodes: [3] })).toEqual(['0 exited#1 3', '0 complete']);
  });
});

describe('the limit of restartAt', () => {
  const within = 100;

  it('is a number of restarts, above which it gives up', () => {
    expect(eventsOf(life(5, crash), [10], { limit: { max: 2, within: hour } })).toEqual([
      '0 spawned#1',
      '5 exited#1 1',
      '5 backingOff#1 10 crashes 1',
      '15 spawned#2',
      '20 exited#2 1',
      '20 backingOff#2 10 crashes 2',
      '30 spawned#3',
      '35 exited#3 1',
      '35 gaveUp#3 limit',
      '35 complete',
    ]);
  });

  it('slides: restarts exactly `within` apart are in no window together, one ms less and they are', () => {
    // A restart at 100, its crash at 100 + lasts, the next restart planned 50 later.
    const run$ = (lasts: number) => lives(life(50, crash), life(lasts, crash), NEVER);
    expect(eventsOf(run$(50), [50], { limit: { max: 1, within } }, hour).at(-1)).toBe('150 backingOff#2 50 crashes 2');
    expect(eventsOf(run$(49), [50], { limit: { max: 1, within } }, hour).at(-2)).toBe('149 gaveUp#2 limit');
  });

  it('holds for a child that was stable: it is limited too when it starts to crash', () => {
    const ends = eventsOf(lives(life(hour, crash), life(5, crash)), [10], { limit: { max: 3, within: minute } });
    expect(ends).toContain('1800000 stable#1');
    expect(ends.slice(-2)).toEqual([`${hour + 3 * 15} gaveUp#4 limit`, `${hour + 3 * 15} complete`]);
  });

  it('does not count restarts that were asked for, in a run or in a back-off', () => {
    const command$ = merge(...[1, 3, 5, 12].map((ms) => at(ms, triggered)));
    const run$ = lives(
      ...[2, 2, 2].map((ms) => life(ms, exited('SIGTERM', true))),
      life(5, crash),
      life(5, crash),
      life(5, crash),
    );
    expect(eventsOf(run$, [10], { command$, limit: { max: 1, within: hour } }).slice(-8)).toEqual(
      [
        '11 exited#4 1',
        '11 backingOff#4 10 crashes 1',
        '12 spawned#5',
        '17 exited#5 1',
        '17 backingOff#5 10 crashes 2',
        '27 spawned#6',
        '32 exited#6 1',
        '32 gaveUp#6 limit',
      ]
        .concat('32 complete')
        .slice(-8),
    );
  });

  it('counts the restarts before a back-off that was cut short', () => {
    const run$ = lives(...[2, 2, 5].map((ms) => life(ms, crash)));
    const options = { command$: at(20, triggered), restartOk: 4, limit: { max: 1, within } };
    expect(eventsOf(run$, [10, 1_000], options).slice(2)).toEqual([
      '2 backingOff#1 10 crashes 1',
      '12 spawned#2',
      '14 exited#2 1',
      '14 backingOff#2 1000 crashes 2',
      '20 spawned#3',
      '24 stable#3',
      '25 exited#3 1',
      '25 gaveUp#3 limit',
      '25 complete',
    ]);
  });

  it('is forgotten by reset', () => {
    const command$ = at(17, reset);
    expect(eventsOf(life(5, crash), [10], { command$, limit: { max: 1, within: hour } }).slice(-6)).toEqual([
      '20 exited#2 1',
      '20 backingOff#2 10 crashes 1',
      '30 spawned#3',
      '35 exited#3 1',
      '35 gaveUp#3 limit',
      '35 complete',
    ]);
  });

  it('holds whatever the delays, the crashes and the restarts asked for are', () => {
    const ms = fc.integer({ min: 0, max: 150 });
    fc.assert(
      fc.property(
        fc.array(ms, { minLength: 2, maxLength: 5 }),
        fc.array(ms, { minLength: 1, maxLength: 12 }),
        fc.array(fc.integer({ min: 0, max: 1_500 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        (delays, lasts, asked, max) => {
          const lines = virtually(({ timeline }) => {
            const command$ = new Subject<Command>();
            const run$ = lives(...lasts.map((last) => life(last, crash)));
            const options = { command$, restartOk: 100, limit: { max, within } };
            const lines = timeline(run$.pipe(restartAt(delays, options)), { also$: command$, until: 2_000 });
            merge(...asked.map((time) => at(time, triggered))).subscribe(command$);
            return lines;
          });
          const counted = countedRestarts(lines);
          for (const time of counted) {
            const window = counted.filter((other) => other > time - within && other <= time);
            expect(window.length).toBeLessThanOrEqual(max);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  /** Restarts that followed a back-off in which none was asked for. */
  function countedRestarts(lines: readonly string[]): number[] {
    return lines.flatMap((line, index) =>
      line.includes('spawned') && lines[index - 1]?.includes('backingOff') ? [Number.parseInt(line)] : [],
    );
  }
});

describe('commands to restartAt', () => {
  it('a restart in the run is followed by the next at once, uncounted', () => {
    const command$ = at(2, restart);
    expect(eventsOf(lives(life(5, exited(1, true)), life(5, crash)), [10], { command$ }, 12)).toEqual([
      '0 spawned#1',
      '5 exited#1 1 expected',
      '5 spawned#2',
      '10 exited#2 1',
      '10 backingOff#2 10 crashes 1',
    ]);
  });

  it.each([
    ['by hand', restart, '100 crashes 1'],
    ['by a trigger', triggered, '200 crashes 2'],
  ])('a restart in the back-off ends it; %s, the schedule starts over or goes on', (_name, command, next) => {
    expect(eventsOf(life(5, crash), [100, 200], { command$: at(8, command) }, 15)).toEqual([
      '0 spawned#1',
      '5 exited#1 1',
      '5 backingOff#1 100 crashes 1',
      '8 spawned#2',
      '13 exited#2 1',
      `13 backingOff#2 ${next}`,
    ]);
  });

  it('a restart by hand in a run starts the schedule and the limit over, one by a trigger neither', () => {
    const end = (command: Command): string[] => {
      const run$ = lives(life(5, crash), life(5, crash), life(10, exited('SIGTERM', true)), life(5, crash));
      const options = { command$: at(315, command), limit: { max: 2, within: hour } };
      return eventsOf(run$, [100, 200], options, 400);
    };
    expect(end(restart)).toContain('325 backingOff#4 100 crashes 1');
    expect(end(triggered)).toContain('325 gaveUp#4 limit');
  });

  it('two restarts at once are one', () => {
    expect(eventsOf(lives(life(5, crash), NEVER), [100], { command$: concat(at(8, restart), of(restart)) })).toEqual([
      '0 spawned#1',
      '5 exited#1 1',
      '5 backingOff#1 100 crashes 1',
    ]);
    const twice = eventsOf(
      lives(life(5, crash), life(50, crash)),
      [100],
      { command$: concat(at(8, restart), of(restart)) },
      20,
    );
    expect(twice.slice(-1)).toEqual(['8 spawned#2']);
  });

  it('a restart while the run is being stopped does not undo the stop', () => {
    const command$ = concat(at(2, stop), of(restart));
    expect(eventsOf(life(5, exited('SIGTERM', true)), [10], { command$ })).toEqual([
      '0 spawned#1',
      '5 exited#1 SIGTERM expected',
      '5 complete',
    ]);
  });

  it('a stop while the run is being restarted outranks that', () => {
    const command$ = concat(at(2, restart), of(stop));
    expect(eventsOf(life(5, exited('SIGTERM', true)), [10], { command$ }).slice(-1)).toEqual(['5 complete']);
  });

  it('a stop in the back-off ends it there and then, with no further spawn', () => {
    expect(eventsOf(life(5, crash), [100], { command$: at(8, stop) })).toEqual([
      '0 spawned#1',
      '5 exited#1 1',
      '5 backingOff#1 100 crashes 1',
      '8 stopping#1 stop',
      '8 complete',
    ]);
  });

  it('a stop at the very ms at which the back-off ends is a stop', () => {
    virtually(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const run$ = cold<ChildEvent>('(x|)', { x: crash });
      const values = {
        x: crash,
        b: { type: 'backingOff', delay: 5, crashes: 1, attempt: 1 },
        p: stopping('stop'),
      } as const;
      const command$ = hot<Command>('-----S', { S: stop });
      expectObservable(run$.pipe(restartAt([5], { command$ }))).toBe('(xb) -(p|)', values);
      expectSubscriptions(run$.subscriptions).toBe('(^!)');
    });
  });

  it('a restart and then a stop in one back-off: no further spawn', () => {
    expect(eventsOf(life(5, crash), [100], { command$: concat(at(8, restart), of(stop)) }).slice(-2)).toEqual([
      '8 stopping#1 stop',
      '8 complete',
    ]);
  });

  it.each(['exited', 'backingOff', 'stable'] as const)('a stop in reaction to %s is the end', (type) => {
    const command$ = new Subject<Command>();
    const lines = virtually(({ timeline }) =>
      timeline(
        life(5, crash).pipe(
          restartAt([100], { command$, restartOk: 3 }),
          tap((event) => {
            if (event.type === type) command$.next(stop);
          }),
        ),
      ),
    );
    expect(lines.at(-1)).toBe('5 complete');
    expect(lines.filter((line) => line.includes('spawned'))).toHaveLength(1);
    expect(lines).toContain('5 exited#1 1');
    if (type === 'backingOff') expect(lines.slice(-2)).toEqual(['5 stopping#1 stop', '5 complete']);
  });

  it.each(['exited', 'backingOff'] as const)('a restart in reaction to %s is heeded once', (type) => {
    const command$ = new Subject<Command>();
    let asked = 0;
    const lines = virtually(({ timeline }) =>
      timeline(
        life(5, crash).pipe(
          restartAt([100], { command$ }),
          tap((event) => {
            if (event.type === type && asked++ === 0) command$.next(restart);
          }),
        ),
        { until: 15 },
      ),
    );
    expect(lines.slice(-3)).toEqual(['5 spawned#2', '10 exited#2 1', '10 backingOff#2 100 crashes 1']);
  });

  it('reset makes the next crash the first again, in a run and in a back-off', () => {
    const inRun$ = at(17, reset);
    const inBackOff$ = at(22, reset);
    const crashes = (command$: Observable<Command>): string[] =>
      eventsOf(life(5, crash), [10, 20, 30], { command$ }, 60).filter((line) => line.includes('backingOff'));
    expect(crashes(inRun$)).toEqual([
      '5 backingOff#1 10 crashes 1',
      '20 backingOff#2 10 crashes 1',
      '35 backingOff#3 20 crashes 2',
    ]);
    expect(crashes(inBackOff$)).toEqual([
      '5 backingOff#1 10 crashes 1',
      '20 backingOff#2 20 crashes 2',
      '45 backingOff#3 10 crashes 1',
    ]);
  });

  it('gives the sender of a message between runs a refusal', () => {
    const results: (string | undefined)[] = [];
    const send = { ...message, onResult: (refused: string | undefined) => results.push(refused) } as const;
    eventsOf(life(5, crash), [10], { command$: merge(at(3, send), at(8, send)) }, 16);
    expect(results).toEqual(['not running']);
  });

  it('signal and send are refused between runs, and are not its business in a run', () => {
    const command$ = merge(
      at(2, hangUp),
      at(3, message),
      at(7, hangUp),
      at(8, message),
      at(9, { type: 'reopenLogs' } as const),
    );
    expect(eventsOf(life(5, crash), [10], { command$ }, 16)).toEqual([
      '0 spawned#1',
      '5 exited#1 1',
      '5 backingOff#1 10 crashes 1',
      '7 refused#1 signal not running',
      '8 refused#1 send not running',
      '15 spawned#2',
    ]);
  });

  it('their completion changes nothing', () => {
    expect(eventsOf(life(5, crash), [10], { command$: EMPTY }, 16).at(-1)).toBe('15 spawned#2');
  });

  it('their error means that there will be no more of them: runs and back-offs go on', () => {
    const failure$ = throwError(() => new Error('gone'));
    const eventsWith = (command$: Observable<Command>): string[] =>
      eventsOf(lives(life(5, crash), life(5, crash), life(5, exited(0))), [10], { command$ });
    for (const ms of [2, 8]) {
      expect(eventsWith(concat(at(ms, reset), failure$))).toEqual(eventsWith(at(ms, reset)));
    }
    expect(eventsOf(life(5, crash), [10], { command$: failure$ }, 16).at(-1)).toBe('15 spawned#2');
  });

  it('signal and send in reaction to the end of a run are refused, and to a first event are not', () => {
    const commands = (type: ChildEvent['type']): string[] =>
      virtually(({ timeline }) => {
        const command$ = new Subject<Command>();
        const react = (event: ChildEvent) => {
          if (event.type === type) for (const command of [hangUp, message]) command$.next(command);
        };
        return timeline(life(5, crash).pipe(restartAt([], { command$ })), { react });
      });
    expect(commands('exited')).toEqual([
      '0 spawned#1',
      '5 exited#1 1',
      '5 refused#1 signal not running',
      '5 refused#1 send not running',
      '5 gaveUp#1 never',
      '5 complete',
    ]);
    expect(commands('spawned').filter((line) => line.includes('refused'))).toEqual([]);
  });
});

describe('the events of restartAt', () => {
  it('bear the number of their run, and are otherwise as they came', () => {
    const event = { type: 'message', message: { a: 1 }, name: 'api', attempt: 1 } as const;
    const end = { ...crash, name: 'api' };
    const events: ChildEvent[] = [];
    virtually(() => {
      of<ChildEvent[]>(event, end)
        .pipe(restartAt([10], { limit: { max: 1, within: hour } }))
        .subscribe((each) => events.push(each));
    });
    expect(events).toEqual([
      event,
      end,
      { type: 'backingOff', delay: 10, crashes: 1, name: 'api', attempt: 1 },
      { ...event, attempt: 2 },
      { ...end, attempt: 2 },
      { type: 'gaveUp', reason: 'limit', name: 'api', attempt: 2 },
    ]);
    expect(events[0]).toBe(event);
  });
});

describe('100,000 restarts', () => {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  const used = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const depth = (): number => new Error().stack!.split('\n').length;

  it.each<[string, number, Observable<ChildEvent>]>([
    ['a run that ends as it begins', 100_000, of(crash)],
    ['a run that lasts', 20_000, life(1, crash)],
  ])('%s: leaves heap and stack as they were, restarted %i times', { timeout: 120_000 }, (_name, count, life$) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = Infinity;
    const heaps: number[] = [];
    const depths = new Set<number>();
    let runs = 0;
    virtually(() => {
      const command$ = new Subject<Command>();
      const run$ = defer(() => {
        runs += 1;
        if (runs === 1_000 || runs === count - 1) heaps.push(used());
        if (runs % (count / 10) === 2) depths.add(depth());
        if (runs === count) command$.next(stop);
        return life$;
      });
      run$.pipe(restartAt([1, 2], { command$, limit: { max: 3, within: 3 } })).subscribe();
    });
    Error.stackTraceLimit = limit;
    expect(runs).toBe(count);
    expect(depths.size).toBe(1);
    const [before, after] = heaps;
    // Nothing that a restart could leave behind is smaller than 10 bytes.
    expect(after! - before!).toBeLessThan(10 * count);
  });
});
