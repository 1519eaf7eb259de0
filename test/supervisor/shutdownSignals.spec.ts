import { EventEmitter } from 'node:events';
import { asyncScheduler } from 'rxjs';
import { describe, expect, it, vi, onTestFinished } from 'vitest';
import { type Effects, type Status, supervise } from '../../src/index.js';
import { shutdownSignals } from '../../src/supervisor/shutdownSignals.js';
import { fakeWorld } from '../fakeEffects.js';
import { fakeTimers } from '../fakeTimers.js';

const pass = fakeTimers();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** A process of which only the events are real. */
function fakeHost() {
  const host = Object.assign(new EventEmitter(), {
    pid: 7,
    killed: [] as string[],
    exits: [] as number[],
    warned: [] as string[],
    kill: (pid: number, signal: string) => host.killed.push(`${pid} ${signal}`) > 0,
    exit: (code: number) => host.exits.push(code),
    emitWarning: (text: string) => void host.warned.push(text),
    counts: () => ['exit', ...signals].map((event) => host.listenerCount(event)),
  });
  return host;
}

/**
 * A watch whose children are a log of what was done to them; stopping takes `stopTime`. `left`: somebody has started
 * another one meanwhile.
 */
function fakeWatch({ host = fakeHost(), watched = true, stopTime = 50, left = false } = {}) {
  const log: string[] = [];
  const handlers = new Set<() => unknown>();
  const effects = { ...fakeWorld().effects, process: host } as unknown as Effects;
  const watch = shutdownSignals({
    effects,
    scheduler: asyncScheduler,
    signals: watched,
    app: undefined,
    grace: 200,
    handlers,
    stop: async (grace) => {
      log.push(grace === undefined ? 'stop' : `stop ${grace}`);
      await new Promise<void>((done) => asyncScheduler.schedule(() => done(), stopTime));
      log.push('stopped');
      watch.arm(left);
      const statuses: readonly Status[] = [];
      return statuses;
    },
    kill: () => log.push('kill'),
  });
  return { host, log, handlers, watch };
}

describe('arm', () => {
  it('listens while there is something to stop, once, and not before or after', () => {
    const { host, watch } = fakeWatch();
    watch.arm(false);
    expect(host.counts()).toEqual([0, 0, 0, 0, 0]);
    watch.arm(true);
    watch.arm(true);
    expect(host.counts()).toEqual([1, 1, 1, 1, 1]);
    watch.arm(false);
    watch.arm(false);
    expect(host.counts()).toEqual([0, 0, 0, 0, 0]);
    watch.arm(true);
    expect(host.counts()).toEqual([1, 1, 1, 1, 1]);
  });

  it('leaves signals alone if it is to, but not the exit', () => {
    const { host, log, watch } = fakeWatch({ watched: false });
    watch.arm(true);
    expect(host.counts()).toEqual([1, 0, 0, 0, 0]);
    host.emit('exit');
    expect(log).toEqual(['kill']);
  });
});

describe('a signal', () => {
  it.each(signals)('%s stops the children, and only then ends the process by the same signal', async (signal) => {
    const { host, log, watch } = fakeWatch();
    watch.arm(true);
    host.emit(signal, signal);
    await pass(49);
    expect([log, host.killed]).toEqual([['stop'], []]);
    expect(host.counts()).toEqual([1, 1, 1, 1, 1]);
    await pass(1);
    expect([log, host.killed]).toEqual([['stop', 'stopped', 'kill'], [`7 ${signal}`]]);
    expect(host.counts()).toEqual([0, 0, 0, 0, 0]);
  });

  it('that comes again within 300 ms is the same one', async () => {
    const { host, log, watch } = fakeWatch({ stopTime: 500 });
    watch.arm(true);
    host.emit('SIGINT', 'SIGINT');
    await pass(299);
    host.emit('SIGINT', 'SIGINT');
    await pass(200);
    expect([log, host.killed]).toEqual([['stop'], []]);
    await pass(1);
    expect([log, host.killed]).toEqual([['stop', 'stopped', 'kill'], ['7 SIGINT']]);
  });

  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGQUIT', 131],
    ['SIGTERM', 143],
  ])('%s makes PID 1, which no signal of its own ends, exit with %i', async (signal, code) => {
    const host = Object.assign(fakeHost(), { pid: 1 });
    const { log, watch } = fakeWatch({ host });
    watch.arm(true);
    host.emit(signal, signal);
    await pass(49);
    expect(host.exits).toEqual([]);
    await pass(1);
    expect([log, host.exits, host.killed]).toEqual([['stop', 'stopped', 'kill'], [code], []]);
  });

  it('that PID 1 handles itself is left to it', async () => {
    const host = Object.assign(fakeHost(), { pid: 1 });
    host.on('SIGTERM', () => undefined);
    const { watch } = fakeWatch({ host });
    watch.arm(true);
    host.emit('SIGTERM', 'SIGTERM');
    await pass(100);
    expect(host.exits).toEqual([]);
  });

  it.each(
    signals.flatMap((first) => signals.filter((other) => other !== first).map((other) => [first, other] as const)),
  )('%s that is followed by %s, another one, kills at once, however soon', async (first, second) => {
    const { host, log, watch } = fakeWatch({ stopTime: 500 });
    watch.arm(true);
    host.emit(first, first);
    await pass(1);
    host.emit(first, first);
    expect(log).toEqual(['stop']);
    host.emit(second, second);
    expect(log.slice(0, 2)).toEqual(['stop', 'kill']);
    expect(host.killed).toEqual([`7 ${second}`]);
    await pass(500);
  });

  it.each(signals)('that is followed by %s after 300 ms kills at once', async (second) => {
    const { host, log, watch } = fakeWatch({ stopTime: 500 });
    watch.arm(true);
    host.emit('SIGINT', 'SIGINT');
    await pass(300);
    host.emit(second, second);
    expect(log.slice(0, 2)).toEqual(['stop', 'kill']);
    expect(host.killed).toEqual([`7 ${second}`]);
    await pass(200);
  });

  it('is left to others who handle it, and the children are stopped all the same', async () => {
    const { host, log, watch } = fakeWatch();
    host.on('SIGINT', () => log.push('theirs'));
    watch.arm(true);
    host.emit('SIGINT', 'SIGINT');
    await pass(100);
    expect(log.toSorted()).toEqual(['stop', 'stopped', 'theirs']);
    expect(host.killed).toEqual([]);
    expect(host.counts()).toEqual([0, 1, 0, 0, 0]);
  });

  it.each(['before', 'after'])('is left to others who handle it once, and have been there %s', async (when) => {
    const { host, log, watch } = fakeWatch();
    const add = (): unknown => host.once('SIGINT', () => log.push('theirs'));
    if (when === 'before') add();
    watch.arm(true);
    if (when === 'after') add();
    host.emit('SIGINT', 'SIGINT');
    await pass(100);
    expect(log.toSorted()).toEqual(['stop', 'stopped', 'theirs']);
    expect(host.killed).toEqual([]);
  });

  it('that others handle leaves the watch to those who were started meanwhile', async () => {
    const { host, log, watch } = fakeWatch({ left: true });
    host.on('SIGINT', () => undefined);
    watch.arm(true);
    host.emit('SIGINT', 'SIGINT');
    await pass(100);
    expect([log, host.counts()]).toEqual([
      ['stop', 'stopped'],
      [1, 2, 1, 1, 1],
    ]);
    host.emit('SIGTERM', 'SIGTERM');
    await pass(100);
    expect([log.slice(2), host.killed]).toEqual([['stop', 'stopped', 'kill'], ['7 SIGTERM']]);
  });

  it.each([
    ['4', globalThis, Symbol.for('signal-exit emitter')],
    ['3', process, '__signal_exit_emitter__'],
  ])(
    'is passed on where the only others are two copies of signal-exit %s, which wait for us',
    async (_, where, key) => {
      Reflect.set(where, key, { count: 2 });
      onTestFinished(() => void Reflect.deleteProperty(where, key));
      const { host, watch } = fakeWatch();
      const [first, second] = [vi.fn(), vi.fn()];
      host.on('SIGTERM', first).on('SIGTERM', second);
      watch.arm(true);
      host.emit('SIGTERM', 'SIGTERM');
      await pass(100);
      expect(host.killed).toEqual(['7 SIGTERM']);
    },
  );

  it('ends the process when the last of several supervisors is done', async () => {
    const host = fakeHost();
    const [first, second] = [fakeWatch({ host, stopTime: 30 }), fakeWatch({ host, stopTime: 80 })];
    first.watch.arm(true);
    second.watch.arm(true);
    host.emit('SIGTERM', 'SIGTERM');
    await pass(79);
    expect([first.log, second.log, host.killed]).toEqual([['stop', 'stopped', 'kill'], ['stop'], []]);
    await pass(1);
    expect(host.killed).toEqual(['7 SIGTERM']);
  });

  it('a second one kills the children of all supervisors', async () => {
    const host = fakeHost();
    const both = [fakeWatch({ host, stopTime: 1_000 }), fakeWatch({ host, stopTime: 1_000 })];
    for (const { watch } of both) watch.arm(true);
    host.emit('SIGINT', 'SIGINT');
    await pass(400);
    host.emit('SIGINT', 'SIGINT');
    for (const { log } of both) expect(log.slice(0, 2)).toEqual(['stop', 'kill']);
    expect(host.killed).toEqual(['7 SIGINT']);
    await pass(1_000);
  });
});

describe('onStopping handlers', () => {
  it('are called once and side by side, and awaited, before the children are stopped', async () => {
    const { log, handlers, watch } = fakeWatch();
    for (const [name, ms] of [['a', 100] as const, ['b', 20] as const]) {
      handlers.add(async () => {
        log.push(name);
        await new Promise<void>((done) => asyncScheduler.schedule(() => done(), ms));
        log.push(`${name} is done`);
      });
    }
    watch.arm(true);
    const stopping = Promise.all([watch.stopAll(), watch.stopAll()]);
    await pass(200);
    expect(await stopping).toEqual([[], []]);
    expect(log.slice(0, 5)).toEqual(['a', 'b', 'b is done', 'a is done', 'stop']);
    await Promise.all([watch.stopAll(), pass(50)]);
    expect(log.filter((entry) => entry === 'a')).toHaveLength(1);
  });

  it('also hold up a signal that comes while they are at it', async () => {
    const { host, log, handlers, watch } = fakeWatch();
    handlers.add(async () => {
      await new Promise<void>((done) => asyncScheduler.schedule(() => done(), 100));
      log.push('saved');
    });
    watch.arm(true);
    const stopping = watch.stopAll(9);
    await pass(50);
    host.emit('SIGTERM', 'SIGTERM');
    await pass(200);
    await stopping;
    expect(log).toEqual(['saved', 'stop 9', 'stop', 'stopped', 'stopped', 'kill']);
    expect(host.killed).toEqual(['7 SIGTERM']);
  });

  it('that throw or reject are warned of, and hold up nobody', async () => {
    const { host, log, handlers, watch } = fakeWatch();
    handlers.add(() => {
      throw new Error('thrown');
    });
    handlers.add(async () => Promise.reject(new Error('rejected')));
    handlers.add(() => log.push('called'));
    watch.arm(true);
    const stopping = watch.stopAll();
    await pass(0);
    expect(log).toEqual(['called', 'stop']);
    expect(host.warned).toEqual(['onStopping handler: Error: thrown', 'onStopping handler: Error: rejected']);
    await pass(50);
    await stopping;
  });

  it('that hang cost the grace, no more', async () => {
    const { log, handlers, watch } = fakeWatch();
    handlers.add(async () => new Promise(() => undefined));
    watch.arm(true);
    const stopping = watch.stopAll();
    await pass(199);
    expect(log).toEqual([]);
    await pass(2);
    expect(log).toEqual(['stop']);
    await pass(50);
    await stopping;
  });

  it('are called when the process exits, before the kill, unless they have been called', async () => {
    const { host, log, handlers, watch } = fakeWatch();
    handlers.add(() => log.push('called'));
    watch.arm(true);
    host.emit('exit', 0);
    expect(log).toEqual(['called', 'kill']);

    const other = fakeWatch({ stopTime: 1_000 });
    other.handlers.add(() => other.log.push('called'));
    other.watch.arm(true);
    const stopping = other.watch.stopAll();
    await pass(10);
    other.host.emit('exit', 0);
    expect(other.log).toEqual(['called', 'stop', 'kill']);
    await pass(1_000);
    await stopping;
  });

  it('that are added, taken back, or there with no child at all', async () => {
    const { effects } = fakeWorld();
    const supervisor = supervise([], { effects });
    const called: string[] = [];
    await supervisor.stopAll();
    supervisor.onStopping(() => called.push('kept'));
    const takeBack = supervisor.onStopping(() => called.push('taken back'));
    takeBack();
    takeBack();
    await supervisor.stopAll();
    expect(called).toEqual(['kept']);
  });

  it('are called again for the next life: children started after all were stopped', async () => {
    const { effects } = fakeWorld();
    const supervisor = supervise([{ command: 'a' }], { effects });
    const called: number[] = [];
    supervisor.onStopping(() => called.push(called.length));
    for (const calls of [1, 2]) {
      const stopping = supervisor.stopAll();
      await pass(100);
      await stopping;
      expect(called).toHaveLength(calls);
      supervisor.start({ command: 'a' });
    }
    const disposing = supervisor[Symbol.asyncDispose]();
    await pass(100);
    await disposing;
    expect(called).toHaveLength(3);
  });
});

describe('the exit of the process', () => {
  it('kills what was spawned, also in the very instant of the spawn, and after a restart', async () => {
    const world = fakeWorld();
    const supervisor = supervise([{ command: 'a' }, { command: 'b' }], { effects: world.effects });
    const { host } = world;
    const stopping = supervisor.stop(2);
    await pass(10);
    await stopping;
    const { id } = supervisor.start({ command: 'c' });
    const restarting = supervisor.restart(2);
    expect(world.alive().map(({ pid }) => pid)).toEqual([1_001, 1_003, 1_004]);
    host.raise('exit', 0);
    expect(world.alive()).toEqual([]);
    await pass(10);
    await restarting;
    expect(id).toBe(3);
    const disposing = supervisor[Symbol.asyncDispose]();
    await pass(1_000);
    await disposing;
    expect(host.listenerCount('exit')).toBe(0);
  });

  it('does not mind a group that has gone meanwhile', async () => {
    const world = fakeWorld();
    const effects: Effects = {
      ...world.effects,
      kill: () => {
        throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
      },
    };
    const supervisor = supervise([{ command: 'a' }], { effects });
    await pass(10);
    expect(() => world.host.raise('exit', 0)).not.toThrow();
    world.children[0]?.exit(0);
    await pass(10);
    await expect(supervisor.stop(1)).resolves.toMatchObject([{ state: 'stopped' }]);
  });

  it('is watched for as long as a log is being written, the grace at most', async () => {
    const world = fakeWorld();
    world.disk.delay = 500;
    const supervisor = supervise([{ command: 'a', log: '/log', grace: 2_000 }], { effects: world.effects });
    await pass(10);
    world.children[0]?.say('last words\n');
    const stopping = supervisor.stop(1);
    await pass(300);
    expect(world.alive()).toEqual([]);
    expect(world.host.listenerCount('SIGTERM')).toBe(1);
    await pass(1_000);
    await stopping;
    expect(world.host.listenerCount('SIGTERM')).toBe(0);
  });
});
