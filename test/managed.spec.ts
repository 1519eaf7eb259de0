import fc from 'fast-check';
import {
  concat,
  EMPTY,
  ignoreElements,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  Subject,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { type ChildEvent, type ChildSpec, type Command, managed$, SpecError } from '../src/index.js';
import { isTerminal } from '../src/model/childEvent.js';
import { coded, type FakeChild, fakeWorld } from './fakeEffects.js';

const spec: ChildSpec = { name: 'a', command: 'a', restartAt: [100, 500] };
const stop = { type: 'stop' } as const;
const restart = { type: 'restart' } as const;

interface Timed {
  readonly at: number;
  readonly event: ChildEvent | 'complete' | { readonly error: unknown };
}

/** Runs `work` in virtual time, to the end of all that it started. */
function virtually(work: (now: () => number) => void): void {
  const scheduler = new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected);
  });
  scheduler.run(() => {
    work(() => scheduler.now());
  });
}

function record(event$: Observable<ChildEvent>, now: () => number): Timed[] {
  const received: Timed[] = [];
  event$.subscribe({
    next: (event) => received.push({ at: now(), event }),
    error: (error: unknown) => received.push({ at: now(), event: { error } }),
    complete: () => received.push({ at: now(), event: 'complete' }),
  });
  return received;
}

/** `100 spawned`, `200 backingOff 100`, … */
function asText(received: readonly Timed[]): string[] {
  return received.map(({ at, event }) => {
    if (event === 'complete') return `${at} complete`;
    if ('error' in event) return `${at} error`;
    const detail =
      event.type === 'stopping' || event.type === 'refused' || event.type === 'gaveUp' ? ` ${event.reason}` : '';
    return `${at} ${event.type}${detail}`;
  });
}

const crashAfter = (ms: number) => (child: FakeChild) => {
  timer(ms).subscribe(() => {
    child.exit(1);
  });
};
const at = (ms: number, command: Command): Observable<Command> => timer(ms).pipe(map(() => command));

describe('managed$', () => {
  it('throws a SpecError before any effect', () => {
    const { effects, children } = fakeWorld();
    expect(() => managed$({ ...spec, restartAt: [-1] }, NEVER, { effects })).toThrow(SpecError);
    expect(children).toEqual([]);
  });

  it('does nothing before it is subscribed, and starts anew for each subscriber', () => {
    virtually((now) => {
      const { effects, children } = fakeWorld(crashAfter(10));
      const event$ = managed$({ ...spec, restartAt: [] }, NEVER, { effects });
      expect(children).toHaveLength(0);
      record(event$, now);
      record(event$, now);
      expect(children).toHaveLength(2);
    });
  });

  it('restarts on the schedule, and a stop in the back-off ends it at once', () => {
    const { effects, children } = fakeWorld(crashAfter(10));
    let received: Timed[] = [];
    virtually((now) => {
      received = record(managed$(spec, at(400, stop), { effects }), now);
    });
    expect(asText(received)).toEqual([
      '0 spawned',
      '0 ready',
      '10 exited',
      '10 backingOff',
      '110 spawned',
      '110 ready',
      '120 exited',
      '120 backingOff',
      '400 stopping stop',
      '400 complete',
    ]);
    expect(children).toHaveLength(2);
  });

  it('restarts on a schedule of somebody else, and not at all after an end that no restart mends', () => {
    const { effects } = fakeWorld((child) => {
      timer(10).subscribe(() => {
        child.exit(child.launch.file === 'a' ? 1 : 78);
      });
    });
    const run = (over: Partial<ChildSpec>): string[] => {
      let received: Timed[] = [];
      virtually((now) => {
        received = record(managed$({ ...spec, ...over }, at(50, stop), { effects }), now);
      });
      return asText(received).filter((line) => !line.includes('ready'));
    };
    const restartAt = (crashes: number): number => crashes * 20;
    expect(run({ restartAt })).toEqual([
      ...[
        '0 spawned',
        '10 exited',
        '10 backingOff',
        '30 spawned',
        '40 exited',
        '40 backingOff',
        '50 stopping stop',
        '50 complete',
      ],
    ]);
    expect(run({ command: 'b', giveUpOn: [78] })).toEqual([
      ...['0 spawned', '10 exited', '10 gaveUp permanent', '10 complete'],
    ]);
  });

  it('restarts at once on a restart in the back-off, and counts its crashes from then on', () => {
    const { effects } = fakeWorld(crashAfter(10));
    let received: Timed[] = [];
    virtually((now) => {
      received = record(managed$(spec, merge(at(50, restart), at(65, stop)), { effects }), now);
    });
    expect(asText(received)).toEqual([
      '0 spawned',
      '0 ready',
      '10 exited',
      '10 backingOff',
      '50 spawned',
      '50 ready',
      '60 exited',
      '60 backingOff',
      '65 stopping stop',
      '65 complete',
    ]);
    expect(
      received.flatMap(({ event }) =>
        event !== 'complete' && 'type' in event && event.type === 'backingOff' ? [event.crashes] : [],
      ),
    ).toEqual([1, 1]);
  });

  it('follows a synchronous command, once it is known whether the child started: it is never ready', () => {
    const { effects, children } = fakeWorld();
    let received: Timed[] = [];
    virtually((now) => {
      received = record(managed$(spec, of(stop), { effects }), now);
    });
    expect(asText(received)).toEqual(['0 spawned', '0 stopping stop', '0 exited', '0 complete']);
    expect(children[0]?.signals).toEqual(['SIGTERM']);
  });

  it('subscribes to a cold command stream once, for any number of runs', () => {
    const { effects, children } = fakeWorld(crashAfter(10));
    let subscriptions = 0;
    virtually((now) => {
      const command$ = new Subject<Command>();
      const counted$ = concat(EMPTY, command$);
      record(
        managed$(
          { ...spec, limit: { max: 3, within: 1e9 } },
          merge(counted$, timer(0).pipe(map(() => ((subscriptions += 1), { type: 'reset' as const })))),
          { effects },
        ),
        now,
      );
    });
    expect(children).toHaveLength(4);
    expect(subscriptions).toBe(1);
  });

  it('goes on when the command stream completes', () => {
    const { effects } = fakeWorld(crashAfter(10));
    let received: Timed[] = [];
    virtually((now) => {
      received = record(managed$({ ...spec, limit: { max: 1, within: 1e9 } }, EMPTY, { effects }), now);
    });
    expect(asText(received).at(-2)).toBe('120 gaveUp limit');
  });

  it.each([
    ['in the midst', timer(50).pipe(ignoreElements()), ['50 stopping stop', '80 exited', '80 error']],
    // By then the child has not come to handling signals yet.
    ['at once', EMPTY, ['0 stopping stop', '0 exited', '0 error']],
  ])('stops when the command stream fails %s; the error comes once the group has gone', (_when, before$, last) => {
    const { effects, alive } = fakeWorld((child) => {
      child.onSignal = () => {
        timer(30).subscribe(() => {
          child.exit(0);
        });
      };
    });
    const failure = new Error('commands are gone');
    let received: Timed[] = [];
    virtually((now) => {
      const failing$ = throwError(() => failure);
      received = record(managed$(spec, concat(before$, failing$), { effects }), now);
    });
    expect(asText(received).slice(-3)).toEqual(last);
    expect(received.at(-1)?.event).toEqual({ error: failure });
    expect(alive()).toEqual([]);
  });

  it('runs on unseen after an unsubscription, until the child is stopped and its last words are written', () => {
    const { effects, children, disk, alive } = fakeWorld((child) => {
      child.say('hello\n');
      child.onSignal = () => {
        child.say('last words\n');
        child.exit(0);
      };
    });
    disk.delay = 20;
    const seen: string[] = [];
    virtually(() => {
      const subscription = managed$({ ...spec, log: '/logs/a.log' }, NEVER, { effects }).subscribe(({ type }) =>
        seen.push(type),
      );
      timer(50).subscribe(() => {
        subscription.unsubscribe();
      });
    });
    expect(seen).toEqual(['spawned', 'ready', 'output']);
    expect(alive()).toEqual([]);
    expect(children).toHaveLength(1);
    expect(disk.text('/logs/a.log')).toBe('hello\nlast words\n');
    expect(disk.descriptors()).toBe(0);
    expect(effects.logs.size).toBe(0);
  });

  it('starts nothing more when it is unsubscribed in the back-off', () => {
    const { effects, children } = fakeWorld(crashAfter(10));
    virtually(() => {
      const subscription = managed$(spec, NEVER, { effects }).subscribe();
      timer(50).subscribe(() => {
        subscription.unsubscribe();
      });
    });
    expect(children).toHaveLength(1);
  });

  it('starts nothing when it is unsubscribed at once, beside the run that has begun, which it stops', () => {
    const { effects, children, alive } = fakeWorld();
    virtually(() => {
      managed$(spec, NEVER, { effects }).subscribe().unsubscribe();
    });
    expect(children).toHaveLength(1);
    expect(alive()).toEqual([]);
  });

  it.each(['EAGAIN', 'EMFILE', 'ENOTDIR'])('a spawn that fails with %s is a crash on the schedule', (code) => {
    for (const late of [false, true]) {
      const { effects, children } = fakeWorld(undefined, (attempt) => (attempt < 3 ? { code, late } : undefined));
      let received: Timed[] = [];
      virtually((now) => {
        received = record(managed$(spec, at(700, stop), { effects }), now);
      });
      expect(asText(received)).toEqual([
        '0 spawnFailed',
        '0 backingOff',
        '100 spawnFailed',
        '100 backingOff',
        '600 spawned',
        '600 ready',
        '700 stopping stop',
        '700 exited',
        '700 complete',
      ]);
      expect(received[0]?.event).toEqual({
        type: 'spawnFailed',
        code,
        message: coded(code).message,
        attempt: 1,
        name: 'a',
      });
      expect(children).toHaveLength(1);
    }
  });

  it('kills a child that ignores the signal at the grace, and waits for a group that outlives its leader', () => {
    const { effects, children } = fakeWorld((child) => {
      child.leavesGroup = true;
      child.onSignal = (signal) => {
        child.exit(null, signal);
      };
    });
    let received: Timed[] = [];
    virtually((now) => {
      received = record(managed$(spec, at(10, stop), { effects }), now);
    });
    expect(asText(received)).toEqual([
      '0 spawned',
      '0 ready',
      '10 stopping stop',
      '210 killed',
      // At the next look at the group.
      '220 exited',
      '220 complete',
    ]);
    expect(children[0]?.signals).toEqual(['SIGTERM', 'SIGKILL']);
  });

  it('empties what a crashed leader left behind before it restarts', () => {
    const { effects, children } = fakeWorld((child) => {
      if (child.pid > 1_001) return;
      child.leavesGroup = true;
      child.exit(1);
    });
    let received: Timed[] = [];
    virtually((now) => {
      received = record(managed$(spec, at(1_000, stop), { effects }), now);
    });
    expect(asText(received)).toEqual([
      '0 spawned',
      '0 ready',
      '0 stopping leftover',
      '200 killed',
      '210 exited',
      '210 backingOff',
      '310 spawned',
      '310 ready',
      '1000 stopping stop',
      '1000 exited',
      '1000 complete',
    ]);
    expect(received[4]?.event).toMatchObject({ code: 1, signal: null, expected: false });
    expect(children).toHaveLength(2);
  });

  it('a child that is not ready in time is stopped, which is a crash', () => {
    const { effects } = fakeWorld();
    let received: Timed[] = [];
    virtually((now) => {
      received = record(
        managed$({ ...spec, ready: { line: /up/g }, readyTimeout: 50 }, at(130, stop), { effects }),
        now,
      );
    });
    expect(asText(received)).toEqual([
      '0 spawned',
      '50 stopping readyTimeout',
      '50 exited',
      '50 backingOff',
      '130 stopping stop',
      '130 complete',
    ]);
    expect(received[2]?.event).toMatchObject({ expected: false });
  });

  it('refuses what means nothing now, on the stream of events', () => {
    const { effects } = fakeWorld(crashAfter(100));
    let received: Timed[] = [];
    virtually((now) => {
      const command$ = merge(
        at(50, { type: 'send', message: 1 }),
        at(150, { type: 'signal', signal: 'SIGHUP' }),
        at(160, stop),
      );
      received = record(managed$(spec, command$, { effects }), now);
    });
    expect(asText(received)).toContain('50 refused it has no IPC channel');
    expect(asText(received)).toContain('150 refused not running');
  });
});

type Step = readonly [ms: number, command: Command];
interface Habits {
  readonly life: number | undefined;
  readonly code: number;
  readonly stubborn: boolean;
  readonly slow: number;
  readonly leaves: boolean;
  readonly fails: boolean;
}

describe('managed$, whatever is commanded and however its children end', () => {
  const command = fc.oneof(
    { weight: 4, arbitrary: fc.constant<Command>({ type: 'restart' }) },
    { weight: 1, arbitrary: fc.constant<Command>({ type: 'stop' }) },
    { weight: 1, arbitrary: fc.constant<Command>({ type: 'stop', grace: 20 }) },
    { weight: 1, arbitrary: fc.constant<Command>({ type: 'reset' }) },
    { weight: 1, arbitrary: fc.constant<Command>({ type: 'signal', signal: 'SIGUSR2' }) },
    { weight: 1, arbitrary: fc.constant<Command>({ type: 'reopenLogs' }) },
  );
  const step: fc.Arbitrary<Step> = fc.tuple(fc.integer({ min: 0, max: 300 }), command);
  const habits: fc.Arbitrary<Habits> = fc.record({
    life: fc.option(fc.integer({ min: 0, max: 150 }), { nil: undefined }),
    code: fc.integer({ min: 0, max: 1 }),
    stubborn: fc.boolean(),
    slow: fc.integer({ min: 0, max: 250 }),
    leaves: fc.boolean(),
    fails: fc.boolean(),
  });

  function act(child: FakeChild, { life, code, stubborn, slow, leaves }: Habits): void {
    child.leavesGroup = leaves;
    child.onSignal = (signal) => {
      if (!stubborn && signal !== 'SIGUSR2')
        timer(slow).subscribe(() => {
          child.exit(null, signal);
        });
    };
    if (life !== undefined)
      timer(life).subscribe(() => {
        child.exit(code);
      });
  }

  it('has at most one run at a time, none after a stop, and one terminal event for each run', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 12 }),
        fc.array(habits, { minLength: 1, maxLength: 6 }),
        fc.constantFrom<NonNullable<ChildSpec['restartOn']>>('crash', 'exit'),
        fc.boolean(),
        (steps, manners, restartOn, unsubscribes) => {
          const mannersOf = (attempt: number): Habits => manners[(attempt - 1) % manners.length]!;
          let aliveAtSpawn = 0;
          let attempts = 0;
          let attemptsAtStop: number | undefined;
          const world = fakeWorld(
            (child) => {
              act(child, mannersOf(child.pid - 1_000));
            },
            (attempt) => {
              aliveAtSpawn += world.alive().length;
              attempts = attempt;
              return mannersOf(attempt).fails ? { code: 'EAGAIN', late: mannersOf(attempt).stubborn } : undefined;
            },
          );
          let received: Timed[] = [];
          virtually((now) => {
            const command$ = merge(
              ...steps.map(([ms, command]) => at(ms, command)),
              unsubscribes ? EMPTY : at(1_000, stop),
            ).pipe(
              // Before the stop takes effect: what is started by it counts as started after it.
              tap(({ type }) => {
                if (type === 'stop') attemptsAtStop ??= attempts;
              }),
            );
            const event$ = managed$({ command: 'a', restartAt: [0, 30, 70], restartOn, restartOk: 120 }, command$, {
              effects: world.effects,
            });
            if (unsubscribes) {
              const subscription = event$.subscribe();
              timer(1_000).subscribe(() => {
                attemptsAtStop ??= attempts;
                subscription.unsubscribe();
              });
            } else {
              received = record(event$, now);
            }
          });
          expect(aliveAtSpawn).toBe(0);
          expect(world.alive()).toEqual([]);
          // Undefined: it had ended by itself before.
          expect(attempts).toBe(attemptsAtStop ?? attempts);
          if (unsubscribes) return;
          expect(received.at(-1)?.event).toBe('complete');
          expectWhole(received);
        },
      ),
      { numRuns: 400 },
    );
  });

  /** Runs are numbered from 1 without a gap, each ends once, and nothing of it comes after its end but what is between runs. */
  function expectWhole(received: readonly Timed[]): void {
    const events = received.flatMap(({ event }) => (event === 'complete' || 'error' in event ? [] : [event]));
    const ends = events.filter(isTerminal).map(({ attempt }) => attempt);
    expect(ends).toEqual(ends.map((_, index) => index + 1));
    const begins = events
      .filter(({ type }) => type === 'spawned' || type === 'spawnFailed')
      .map(({ attempt }) => attempt);
    expect(begins).toEqual(ends);
  }
});

it('a run that is failed by a command is asked, and restarted as after a crash, whatever its code', () => {
  virtually((now) => {
    const world = fakeWorld((child) => {
      child.onSignal = () => {
        child.exit(0);
      };
    });
    const command$ = merge(
      timer(50).pipe(map(() => ({ type: 'fail' as const }))),
      timer(60).pipe(map(() => ({ type: 'fail' as const }))),
      timer(500).pipe(map(() => stop)),
    );
    const received = record(managed$(spec, command$, { effects: world.effects }), now);
    timer(600).subscribe(() => {
      expect(asText(received)).toEqual([
        '0 spawned',
        '0 ready',
        '50 stopping fail',
        '50 exited',
        '50 backingOff',
        '60 refused not running',
        '150 spawned',
        '150 ready',
        '500 stopping stop',
        '500 exited',
        '500 complete',
      ]);
    });
  });
});
