import { concat, defer, EMPTY, map, NEVER, type Observable, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Act, child$, type ChildEvent, type ChildSpec } from '../../src/index.js';
import { type FakeChild, fakeWorld } from '../fakeEffects.js';
import { virtually } from '../operators/virtually.js';

const refused$ = throwError(() => new Error('refused'));
const later = (ms: number, work: () => void): void => void timer(ms).subscribe(work);
const ask = (ms: number): Observable<Act> => concat(timer(ms).pipe(map((): Act => ({ type: 'ask' }))), NEVER);

interface Setting {
  readonly over: Partial<ChildSpec>;
  /** Whether a poll passes; so many ms after the first one. */
  readonly passes?: (ms: number) => boolean;
  readonly live?: (child: FakeChild) => void;
  readonly act$?: Observable<Act>;
}

/** The events of one run, until 1 s, and the times of its polls. */
function run({ over, passes = () => true, live, act$ = NEVER }: Setting): { received: string[]; polls: number[] } {
  const polls: number[] = [];
  const received = virtually(({ now, timeline }) => {
    const world = fakeWorld(live);
    world.looks.check$ = () =>
      defer(() => {
        polls.push(now());
        return passes(now()) ? EMPTY : refused$;
      });
    const spec: ChildSpec = over.script === undefined ? { command: 'a', ...over } : over;
    return timeline(child$(spec, { act$, effects: world.effects }), { until: 1_000 });
  });
  return { received, polls };
}

describe('a child that is ready when a probe passes', () => {
  const ready = { tcp: 80, every: 50, timeout: 10 };

  it('is asked from the spawn on, until it passes, once', () => {
    const { received, polls } = run({ over: { ready }, passes: (ms) => ms >= 100 });
    expect(received).toEqual(['0 spawned#1', '100 ready#1']);
    expect(polls).toEqual([0, 50, 100]);
  });

  it('is not ready for having taken too long: that is a failure', () => {
    const { received, polls } = run({
      ...{ over: { ready, readyTimeout: 120 }, passes: () => false, act$: ask(130) },
      live: (child) => (child.onSignal = () => later(40, () => child.exit(0))),
    });
    expect(received).toEqual(['0 spawned#1', '120 stopping#1 readyTimeout', '170 exited#1 0', '170 complete']);
    // The one at 150 finds that it has been asked to stop, and is the last.
    expect(polls).toEqual([0, 50, 100, 150]);
  });

  it('is not asked after its end, nor ready while it is being stopped', () => {
    const dying = run({ over: { ready }, passes: () => false, live: (child) => later(60, () => child.exit(1)) });
    expect(dying.received).toEqual(['0 spawned#1', '60 exited#1 1', '60 complete']);
    expect(dying.polls).toEqual([0, 50]);
    const stopped = run({
      ...{ over: { ready }, passes: (ms) => ms >= 50, act$: ask(20) },
      live: (child) => (child.onSignal = () => later(90, () => child.exit(0))),
    });
    expect(stopped.received).toEqual(['0 spawned#1', '110 exited#1 0 expected', '110 complete']);
    expect(stopped.polls).toEqual([0, 50]);
  });
});

describe('a child that is ready when it listens', () => {
  it('is so once it says so, and by nothing else', () => {
    const { received } = run({
      over: { script: 'a.js', ready: 'listening' },
      live: (child) => {
        child.happen({ type: 'message', message: { rxvisor: 'ready' } });
        later(30, () => child.happen({ type: 'message', message: { rxvisor: 'listening' } }));
      },
    });
    expect(received).toEqual(['0 spawned#1', '30 ready#1']);
  });

  it('is a stranger none the less: asked to stop, it gets the signal too', () => {
    const world = fakeWorld((child) => child.happen({ type: 'message', message: { rxvisor: 'listening' } }));
    virtually(
      () => void child$({ script: 'a.js', ready: 'listening' }, { act$: ask(10), effects: world.effects }).subscribe(),
    );
    expect(world.children[0]).toMatchObject({ sent: [{ stopping: true }], signals: ['SIGTERM'] });
  });
});

describe('liveness', () => {
  const liveness = { http: 'http://localhost/', every: 100, timeout: 10, failures: 2 };
  const obedient = (child: FakeChild): void => {
    child.onSignal = () => later(30, () => child.exit(0));
  };

  it('is asked for once the child is ready, and as long as it runs', () => {
    const { received, polls } = run({
      over: { ready: { line: 'up' }, liveness },
      live: (child) => {
        later(40, () => child.say('up\n'));
        later(300, () => child.exit(0));
      },
    });
    expect(received).toEqual(['0 spawned#1', '40 output#1', '40 ready#1', '300 exited#1 0', '300 complete']);
    expect(polls).toEqual([40, 140, 240]);
  });

  it('a child that has failed too often in a row is being ended, once, and that is a crash', () => {
    const fails = [200, 400, 500];
    const { received, polls } = run({
      ...{ over: { liveness }, passes: (ms) => !fails.includes(ms), live: obedient },
      act$: ask(520),
    });
    expect(received).toEqual(['0 spawned#1', '0 ready#1', '500 stopping#1 liveness', '550 exited#1 0', '550 complete']);
    expect(polls).toEqual([0, 100, 200, 300, 400, 500]);
  });

  it('says nothing of a child that is being stopped', () => {
    const { received } = run({
      ...{ over: { liveness }, passes: () => false, act$: ask(50) },
      live: (child) => (child.onSignal = () => later(300, () => child.exit(0))),
    });
    expect(received).toEqual(['0 spawned#1', '0 ready#1', '350 exited#1 0 expected', '350 complete']);
  });

  it('ends with an unsubscription', () => {
    const polls: number[] = [];
    virtually(({ now, clock }) => {
      const world = fakeWorld();
      world.looks.check$ = () => defer(() => (polls.push(now()), EMPTY));
      const events: ChildEvent[] = [];
      const subscription = child$({ command: 'a', liveness }, { act$: NEVER, effects: world.effects }).subscribe(
        (event) => events.push(event),
      );
      clock.schedule(() => subscription.unsubscribe(), 150);
    });
    expect(polls).toEqual([0, 100]);
  });

  it('and a probe of both kinds may stand side by side', () => {
    const { received, polls } = run({
      ...{ over: { ready: { tcp: 80, every: 30 }, liveness }, passes: (ms) => ms >= 60, act$: ask(200) },
    });
    expect(received.map((line) => line.split('#')[0])).toEqual(['0 spawned', '60 ready', '200 exited', '200 complete']);
    expect(polls).toEqual([0, 30, 60, 60, 160]);
  });
});

describe('a child that is ready when a line matches', () => {
  it('is not ready by a pattern that takes too long: that is said once, and the timeout decides', () => {
    let given = 0;
    const { received } = run({
      over: { ready: { line: /^(a+)+$/ }, readyTimeout: 120 },
      live: (child) => {
        for (const ms of [10, 20, 30]) {
          later(ms, () => {
            given += 1;
            child.say(`${'a'.repeat(40)}!\n`);
          });
        }
      },
    });
    expect(given).toBe(3);
    expect(received.filter((event) => !event.includes('output'))).toEqual([
      '0 spawned#1',
      '10 triggerFailed#1',
      '120 stopping#1 readyTimeout',
    ]);
  });
});
