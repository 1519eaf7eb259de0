import { EMPTY, lastValueFrom, type Observable, throwError, timer } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ChildSpec, type ProbeTarget, SpecError } from '../../src/index.js';
import {
  type CrashDigest,
  type ExitReason,
  type NotifySink,
  session,
  type Session,
  type SessionEnd,
  type SessionEvent,
  type SessionOptions,
} from '../../src/session/index.js';
import { type FakeChild, fakeWorld, type FakeWorld } from '../fakeEffects.js';

// Promises and timers together, which TestScheduler does not do.
const running: Watched[] = [];
beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(async () => {
  for (const { made, world } of running.splice(0)) {
    void made.endSession('the test is over', { graceful: false });
    await pass(60_000);
    expect(world.alive()).toEqual([]);
    expect(['exit', 'SIGINT', 'SIGTERM'].map((event) => world.host.listenerCount(event))).toEqual([0, 0, 0]);
  }
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const pass = async (ms: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms);
};

interface Watched {
  readonly made: Session;
  readonly world: FakeWorld;
  readonly events: SessionEvent[];
  /** `12 type` for those of some types. */
  readonly timesOf: (...types: SessionEvent['type'][]) => string[];
  readonly whys: () => string[];
  readonly end: () => SessionEnd | undefined;
  readonly killed: string[];
  readonly warned: string[];
  readonly child: () => FakeChild;
}

function start(
  options: SessionOptions = {},
  spec: Partial<ChildSpec> = {},
  world = fakeWorld((child) => {
    child.onSignal = () => child.exit(0);
  }),
): Watched {
  const killed: string[] = [];
  const warned: string[] = [];
  world.host.kill = (pid, signal) => {
    killed.push(`${Date.now()} ${pid} ${String(signal)}`);
    return true;
  };
  world.host.emitWarning = (text: string | Error) => void warned.push(String(text));
  const made = session(
    { name: 'web', command: 'server', restartAt: [100], ...spec },
    { effects: world.effects, ports: { server: 8080 }, print: () => undefined, ...options },
  );
  const events: SessionEvent[] = [];
  const times: string[] = [];
  made.event$.subscribe((event) => {
    events.push(event);
    times.push(`${Date.now()} ${event.type}`);
  });
  const whys: string[] = [];
  made.onExit((why: ExitReason) => whys.push(`${Date.now()} ${why.type}`));
  let end: SessionEnd | undefined;
  void made.ended.then((how) => (end = how));
  const watched = {
    made,
    world,
    events,
    timesOf: (...types: SessionEvent['type'][]) =>
      times.filter((text) => types.some((type) => text.endsWith(` ${type}`))),
    whys: () => whys,
    end: () => end,
    killed,
    warned,
    child: () => world.children.at(-1)!,
  };
  running.push(watched);
  return watched;
}

/** How a server answers: at once, well or not. */
function server(world: FakeWorld): { well: boolean; readonly asked: string[] } {
  const state = { well: true, asked: [] as string[] };
  world.looks.check$ = (target: ProbeTarget): Observable<never> => {
    state.asked.push(`${Date.now()} ${'http' in target ? target.http : ''}`);
    return state.well ? EMPTY : throwError(() => new Error('status 500'));
  };
  return state;
}

const heartbeat = { port: 'server', tolerance: 1 };

describe('the heartbeat of a session', () => {
  it('one that misses more than is tolerated is a crash, and restarted on the same schedule', async () => {
    const world = fakeWorld((child) => (child.onSignal = () => child.exit(0)));
    const state = server(world);
    const { timesOf, whys } = start({ polling: 1_000, heartbeat }, { restartAt: [100, 700] }, world);
    await pass(10);
    state.well = false;
    await pass(2_500);
    expect(timesOf('listening', 'heartbeatMissed', 'unresponsive', 'crashed', 'backingOff')).toEqual([
      '1 listening',
      '1002 heartbeatMissed',
      '2003 unresponsive',
      '2005 crashed',
      '2005 backingOff',
    ]);
    expect(whys()).toEqual(['2005 crash']);
    state.well = true;
    await pass(1_000);
    expect(timesOf('spawned', 'listening').slice(2)).toEqual(['2106 spawned', '3108 listening']);
    state.well = false;
    await pass(3_000);
    expect(timesOf('unresponsive', 'backingOff', 'spawned').slice(-3)).toEqual([
      '5110 unresponsive',
      '5112 backingOff',
      '5813 spawned',
    ]);
  });

  it('an interval that is set counts at once, `now` polls at once', async () => {
    const world = fakeWorld((child) => (child.onSignal = () => child.exit(0)));
    const state = server(world);
    const { made, timesOf } = start({ polling: 10_000, heartbeat }, {}, world);
    await pass(4_001);
    await made.set('polling', 5_000);
    await pass(7_000);
    expect(state.asked).toEqual(['1', '5002', '10003'].map((at) => `${at} http://localhost:8080/`));
    await made.set('polling', 60_000, { now: true });
    await pass(1);
    expect(state.asked.slice(3)).toEqual(['11001 http://localhost:8080/']);
    expect(timesOf('setting')).toEqual(['4001 setting', '11001 setting']);
  });

  it('asks the port that the run began with, also when another is set while it is being started', async () => {
    const world = fakeWorld((child) => (child.onSignal = () => child.exit(0)));
    const state = server(world);
    const { made, child } = start({ polling: 1_000, heartbeat }, {}, world);
    // Its environment is made, but it has not been spawned yet.
    await made.set('port.server', 9_090);
    await pass(500);
    expect(child().launch.env.PORT_SERVER).toBe('8080');
    expect(state.asked).toEqual(['1 http://localhost:8080/']);
    const restarted = made.restart();
    await pass(10);
    await restarted;
    expect(child().launch.env.PORT_SERVER).toBe('9090');
    expect(state.asked.at(-1)).toMatch(/ http:\/\/localhost:9090\/$/);
  });
});

describe('crashes of a session', () => {
  it('a loop is one digest in each throttle, and one at the end, before `ended`', async () => {
    const digests: [number, CrashDigest][] = [];
    const sink: NotifySink = async (digest) => digests.push([Date.now(), digest]);
    const world = fakeWorld((child) => {
      child.exit(3);
    });
    const options = { notify: [sink], throttle: 10_000, key: 'a key of some length' };
    const { end, whys } = start(options, { restartAt: [98], limit: { max: 250, within: 1e9 } }, world);
    await pass(24_000);
    expect(digests.map(([at, { count }]) => [at, count])).toEqual([
      [2, 1],
      [10_002, 99],
      [20_002, 99],
    ]);
    expect(digests.every(([, { key }]) => key === 'a key of some length')).toBe(true);
    expect(end()).toBeUndefined();
    await pass(5_000);
    expect(digests.map(([, { count }]) => count)).toEqual([1, 99, 99, 52]);
    expect(end()).toEqual({ reason: 'the worker was given up', exitCode: 1 });
    expect(whys().filter((why) => why.endsWith('crash'))).toHaveLength(251);
    expect(whys().filter((why) => why.endsWith('sessionEnd'))).toHaveLength(1);
  });

  it('its end waits for notifications, 10 s at most, and not when it is forced', async () => {
    const slow =
      (ms: number): NotifySink =>
      () =>
        timer(ms);
    const world = () => fakeWorld((child) => child.exit(3));
    const timesOf = start({ notify: [slow(3_000)] }, { restartAt: [] }, world());
    await pass(2_999);
    expect(timesOf.end()).toBeUndefined();
    expect(() => session({ command: 'x' }, { effects: timesOf.world.effects })).toThrow('has one already');
    await pass(10);
    expect(timesOf.end()).toMatchObject({ exitCode: 1 });
    const hanging = start({ notify: [() => new Promise(() => undefined)] }, { restartAt: [] }, world());
    await pass(9_999);
    expect(hanging.end()).toBeUndefined();
    await pass(10);
    expect(hanging.end()).toMatchObject({ exitCode: 1 });
    expect(hanging.events.at(-2)).toEqual({ type: 'notifyFailed', message: 'the last crashes: not done in time' });
    expect(timesOf.timesOf('notifyFailed')).toEqual([]);
    const forced = start({ notify: [() => new Promise(() => undefined)] }, { restartAt: [] }, world());
    await pass(5_000);
    void forced.made.endSession('no patience', { graceful: false });
    await pass(0);
    expect(forced.end()).toMatchObject({ reason: 'the worker was given up' });
  });

  it('a failed notification is an event, the last one before the end', async () => {
    const failing: NotifySink = async () => {
      throw new Error('no mail today');
    };
    const { events, end } = start(
      { notify: [failing] },
      { restartAt: [] },
      fakeWorld((child) => child.exit(3)),
    );
    await pass(100);
    expect(end()).toBeDefined();
    expect(events.slice(-2)).toEqual([
      { type: 'notifyFailed', message: 'Error: no mail today' },
      { type: 'sessionEnded', reason: 'the worker was given up', exitCode: 1 },
    ]);
  });
});

describe('onExit of a session', () => {
  it('handlers have the grace: one that is slow is waited for, one that hangs or throws holds nobody', async () => {
    const { made, child, warned } = start({ grace: 500 });
    await pass(10);
    const takes = (ms: number) => made.onExit(async () => lastValueFrom(timer(ms)));
    const settledAt = async (work: Promise<unknown>): Promise<number> => {
      const begun = Date.now();
      let at = -1;
      void work.then(() => (at = Date.now() - begun));
      await pass(2_000);
      return at;
    };
    const takeBack = takes(300);
    expect(await settledAt(made.restart())).toBe(300);
    takeBack();
    made.onExit(() => {
      throw new Error('of a handler');
    });
    expect(await settledAt(made.restart())).toBeLessThan(10);
    expect(warned).toEqual(['onExit handler: Error: of a handler']);
    made.onExit(async () => new Promise(() => undefined));
    // From when the new run is ready, which takes some 3 ms.
    expect(await settledAt(made.restart())).toBe(504);
    expect(child().alive()).toBe(true);
    // At the end they come before the stop of the worker.
    expect(await settledAt(made.endSession('enough'))).toBeGreaterThanOrEqual(500);
    expect(made.supervisor.describe('web')).toEqual([]);
  });

  it('a run ends once, for the reason that came first; the session, too', async () => {
    const { made, whys, child } = start({}, { grace: 1_000 });
    await pass(10);
    child().onSignal = () => undefined;
    const crash = { rxvisor: 'crash', error: { name: 'Error', message: 'boom' } };
    child().happen({ type: 'message', message: crash });
    const stopped = made.supervisor.stop('web');
    await pass(100);
    child().exit(1);
    await pass(10);
    await stopped;
    expect(whys()).toEqual(['10 crash']);
    void made.restart();
    await pass(10);
    void made.restart({ force: true });
    await pass(10);
    expect(whys()).toEqual(['10 crash', '130 stop']);
    void made.endSession('one');
    void made.endSession('two', { exitCode: 2 });
    await pass(2_000);
    expect(whys()).toEqual(['10 crash', '130 stop', '140 sessionEnd']);
  });

  it('gets the end of the session, also when its spec does not replace a worker that exits', async () => {
    const { whys, child, end } = start({}, { restartOn: 'crash' });
    await pass(10);
    child().exit(0);
    await pass(10);
    expect(whys()).toEqual(['11 sessionEnd']);
    expect(end()).toEqual({ reason: 'the worker has ended', exitCode: 0 });
  });
});

describe('the end of a session', () => {
  it('endSession gives how it has ended, the same to all who ask', async () => {
    const { made, events, child } = start({}, { grace: 5_000 });
    await pass(10);
    child().onSignal = () => undefined;
    const first = made.endSession('enough', { exitCode: 7 });
    await pass(1_000);
    expect(child().signals).toEqual(['SIGTERM']);
    // Once more, and without grace.
    const second = made.endSession('now', { graceful: false });
    await pass(10);
    expect(child().signals).toEqual(['SIGTERM', 'SIGKILL']);
    const end = { reason: 'enough', exitCode: 7 };
    expect(await Promise.all([first, second, made.ended, made.endSession('late')])).toEqual([end, end, end, end]);
    expect(events.at(-1)).toEqual({ type: 'sessionEnded', ...end });
  });

  it('a second session is refused until the first one has ended', async () => {
    const { made, world } = start();
    const again = () => session({ command: 'x' }, { effects: world.effects });
    await pass(10);
    expect(again).toThrow('session: this process has one already. End it first, or use supervise() for more children.');
    // What is refused has had no effect.
    expect(world.children).toHaveLength(1);
    void made.endSession('enough');
    await pass(10);
    const { end } = start();
    await pass(10);
    expect(end()).toBeUndefined();
  });

  it('no run is begun while it ends, and what is asked of it then says so', async () => {
    const { made, world, child } = start({ grace: 300 }, { grace: 1_000 });
    await pass(10);
    made.onExit(async () => new Promise(() => undefined));
    child().onSignal = () => undefined;
    const forced = made.restart({ force: true });
    void made.endSession('enough');
    const late = made.restart();
    const set = made.set('port.server', 9_090, { restart: true });
    const refused = Promise.all([forced, late, set].map(async (each) => each.catch((error: unknown) => error)));
    await pass(5_000);
    for (const error of await refused) {
      expect(error).toMatchObject({ code: 'ERR_SESSION', message: 'restart: the session ends. Make another.' });
    }
    expect(world.children).toHaveLength(1);
  });

  it('it ends in back-off, and when its worker is removed', async () => {
    const waiting = start({}, { restartAt: [60_000] });
    await pass(10);
    waiting.child().exit(1);
    await pass(10);
    void waiting.made.endSession('enough');
    await pass(10);
    expect(waiting.end()).toEqual({ reason: 'enough', exitCode: 0 });
    const removed = start();
    await pass(10);
    void removed.made.supervisor.remove('web');
    await pass(10);
    expect(removed.end()).toEqual({ reason: 'the worker was removed', exitCode: 0 });
  });

  it('not when somebody stops or restarts it in back-off', async () => {
    for (const force of [false, true]) {
      const { made, world, child, end, timesOf } = start({}, { restartAt: [60_000] });
      await pass(10);
      child().exit(1);
      await pass(10);
      expect(timesOf('backingOff')).toHaveLength(1);
      const restarted = made.restart({ force });
      await pass(10);
      expect(await restarted).toMatchObject({ state: 'online' });
      expect(world.children).toHaveLength(2);
      child().exit(1);
      await pass(10);
      const stopped = made.supervisor.stop('web');
      await pass(10);
      expect(await stopped).toMatchObject([{ state: 'stopped' }]);
      await pass(120_000);
      expect(end()).toBeUndefined();
      const again = made.restart();
      await pass(10);
      expect(await again).toMatchObject({ state: 'online' });
      void made.endSession('enough');
      await pass(10);
    }
  });

  it('what is no session leaves the next one alone', async () => {
    const cluster = { name: 'web', exec: 'cluster', command: 'server', script: undefined } as const;
    for (const spec of [{ command: 7 }, cluster, { ...cluster, command: undefined, script: 'a.py' }]) {
      expect(() => session(spec as unknown as ChildSpec, { effects: fakeWorld().effects })).toThrow(SpecError);
    }
    expect(() => session({ command: 'x' }, { polling: 0 })).toThrow('polling: 0 is not milliseconds.');
    const { end } = start();
    await pass(10);
    expect(end()).toBeUndefined();
  });

  it('leaves nothing: no stream that goes on, no listener, no call that hangs', async () => {
    const world = fakeWorld((child) => (child.onSignal = () => child.exit(0)));
    server(world);
    const { made } = start(
      { heartbeat, notify: [async () => undefined], throttle: 1e9 },
      { command: undefined, script: 'a.js' },
      world,
    );
    await pass(10);
    const call = made.ipc.call('never').catch((error: unknown) => (error as Error).name);
    const completed: string[] = [];
    made.event$.subscribe({ complete: () => completed.push('event$') });
    made.crash$.subscribe({ complete: () => completed.push('crash$') });
    made.child.status$.subscribe({ complete: () => completed.push('status$') });
    void made[Symbol.asyncDispose]();
    await pass(10);
    expect(await call).toBe('ChannelClosed');
    expect(completed.toSorted()).toEqual(['crash$', 'event$', 'status$']);
    expect(await made.ended).toEqual({ reason: 'disposed of', exitCode: 0 });
    expect(vi.getTimerCount()).toBe(0);
    await made.set('polling', 5);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a signal', () => {
  it('ends the session, then the process, once those who wait for `ended` have had their turn', async () => {
    const { world, made, whys, killed, end, child } = start({}, { grace: 1_000 });
    await pass(10);
    child().onSignal = () => undefined;
    const exits: string[] = [];
    void made.ended.then(() => exits.push(`killed so far: ${killed.length}`));
    world.host.raise('SIGINT', 'SIGINT');
    await pass(500);
    expect(whys()).toEqual(['10 sessionEnd']);
    expect([killed, end()]).toEqual([[], undefined]);
    child().exit(0);
    await pass(10);
    expect(end()).toEqual({ reason: 'stopped', exitCode: 0 });
    expect(exits).toEqual(['killed so far: 0']);
    expect(killed.map((text) => text.slice(text.indexOf(' ') + 1))).toEqual(['2 SIGINT']);
  });

  it('that comes again ends it here and now', async () => {
    const { world, killed, child } = start({}, { grace: 60_000 });
    await pass(10);
    child().onSignal = () => undefined;
    world.host.raise('SIGTERM', 'SIGTERM');
    await pass(400);
    world.host.raise('SIGTERM', 'SIGTERM');
    expect(child().signals).toEqual(['SIGTERM', 'SIGKILL']);
    expect(killed).toEqual(['410 2 SIGTERM']);
  });
});
