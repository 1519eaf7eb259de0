import { describe, expect, it } from 'vitest';
import type { ChildEvent, State, Status } from '../../src/index.js';
import { initialStatus, reduceStatus, type TrackedStatus } from '../../src/model/status.js';
import { exited, output, spawned, spawnFailed, stopping } from '../operators/events.js';

const states: readonly State[] = ['starting', 'online', 'backingOff', 'stopping', 'stopped', 'failed'];
const now = 1_000;

const events = {
  spawned: { ...spawned, attempt: 2 },
  ready: { type: 'ready', attempt: 2 },
  stopping: stopping('stop'),
  spawnFailed: { ...spawnFailed, attempt: 2 },
  exited: exited(0),
  backingOff: { type: 'backingOff', delay: 10, crashes: 3, attempt: 1 },
  gaveUp: { type: 'gaveUp', reason: 'limit', attempt: 1 },
} satisfies Record<string, ChildEvent>;
const leadsTo: Record<keyof typeof events, State> = {
  spawned: 'starting',
  ready: 'online',
  stopping: 'stopping',
  spawnFailed: 'stopping',
  exited: 'stopping',
  backingOff: 'backingOff',
  gaveUp: 'stopping',
};

const statusIn = (state: State): Status => ({
  id: 4,
  name: 'api',
  state,
  since: 5,
  attempt: 1,
  restarts: 0,
  crashes: 1,
  pid: 7,
  startedAt: 2,
});
/** The status after an event, of one that no run was given up of. */
const after = (status: Status, event: ChildEvent, at = now): Status =>
  reduceStatus({ status, end: 'stopped' }, event, at).status;
const types = Object.keys(events) as (keyof typeof events)[];

describe('reduceStatus', () => {
  it.each(states.flatMap((state) => types.map((type): [State, keyof typeof events] => [state, type])))(
    'a child that is %s, by %s',
    (state, type) => {
      const before = statusIn(state);
      const next = after(before, events[type]);
      expect(next.state).toBe(leadsTo[type]);
      expect(next.since).toBe(state === leadsTo[type] ? 5 : now);
      expect(next).toMatchObject({ id: 4, name: 'api' });
      expect(before).toEqual(statusIn(state));
    },
  );

  it.each<ChildEvent>([
    output('a\n'),
    { type: 'message', message: 1, attempt: 1 },
    { type: 'killed', signal: 'SIGKILL', attempt: 1 },
    { type: 'guardianFailed', code: 'EAGAIN', message: 'no', attempt: 1 },
    { type: 'daemonized', pids: [2], attempt: 1 },
    { type: 'stoppingAll', reason: 'exit', code: 0, signal: null, attempt: 1 },
    { type: 'logFailed', path: '/a', code: 'EIO', message: 'no', dropped: 0, attempt: 1 },
    { type: 'refused', command: 'signal', reason: 'no', attempt: 1 },
  ])('$type changes nothing: the same object', (event) => {
    for (const state of states) {
      for (const end of ['stopped', 'failed'] as const) {
        const before = { status: statusIn(state), end };
        expect(reduceStatus(before, event, now)).toBe(before);
      }
    }
  });

  it('stable forgets the crashes, and is nothing new when there were none', () => {
    const stable = { type: 'stable', attempt: 1 } as const;
    const before = statusIn('online');
    const once = after(before, stable);
    expect(once).toEqual({ ...before, crashes: 0 });
    expect(after(once, stable)).toBe(once);
  });

  it('has a pid and a start while a run lives, and an exit afterwards', () => {
    const before = initialStatus({}, 0);
    const up = after(before, spawned, 3);
    expect(up).toEqual({ state: 'starting', since: 0, attempt: 1, restarts: 0, crashes: 0, pid: 7, startedAt: 3 });
    const down = after(after(up, { type: 'ready', attempt: 1 }, 4), exited('SIGSEGV'), 9);
    expect(down).toStrictEqual({
      state: 'stopping',
      since: 9,
      attempt: 1,
      restarts: 0,
      crashes: 1,
      lastExit: { code: null, signal: 'SIGSEGV', uptime: 5 },
    });
  });

  it('says why a run could not be started', () => {
    expect(after(initialStatus({}, 0), spawnFailed, 9)).toStrictEqual({
      state: 'stopping',
      since: 9,
      attempt: 1,
      restarts: 0,
      crashes: 1,
      lastExit: { code: null, signal: null, uptime: 0, error: 'no such file' },
    });
  });

  it('counts as restarts all runs after the first, failed ones too', () => {
    let status = initialStatus({}, 0);
    const restarts: number[] = [];
    for (const event of [
      spawned,
      exited(0),
      { ...spawned, attempt: 2 },
      { ...exited(0, true), attempt: 2 },
      { ...spawnFailed, attempt: 3 },
      { ...spawned, attempt: 4 },
    ]) {
      status = after(status, event);
      restarts.push(status.restarts);
    }
    expect(restarts).toEqual([0, 0, 1, 1, 2, 3]);
    expect(status.attempt).toBe(4);
  });

  it('counts as crashes what nobody asked for, until stable; backingOff knows best', () => {
    let status = initialStatus({}, 0);
    const crashes: number[] = [];
    const story: ChildEvent[] = [
      exited(1),
      exited(0),
      exited(1, true),
      exited('SIGKILL'),
      spawnFailed,
      { type: 'backingOff', delay: 1, crashes: 7, attempt: 1 },
      { type: 'stable', attempt: 1 },
      exited(1),
    ];
    for (const event of story) {
      status = after(status, event);
      crashes.push(status.crashes);
    }
    expect(crashes).toEqual([1, 1, 1, 2, 3, 7, 0, 1]);
  });

  it('keeps `since` over a stop that follows a restart', () => {
    const asked = after(statusIn('online'), stopping('restart'), 10);
    expect(after(asked, stopping('stop'), 20)).toEqual(asked);
  });
});

describe('initialStatus', () => {
  it('is starting, with nothing counted', () => {
    expect(initialStatus({ name: 'api', namespace: 'web', id: 3 }, 9)).toStrictEqual({
      name: 'api',
      namespace: 'web',
      id: 3,
      state: 'starting',
      since: 9,
      attempt: 0,
      restarts: 0,
      crashes: 0,
    });
  });
});

describe('the end of the events', () => {
  const end = (tracked: TrackedStatus): TrackedStatus => reduceStatus(tracked, undefined, now);
  const ends = ['stopped', 'failed'] as const;

  it.each(ends)('leaves one that is %s as it is', (state) => {
    const before = { status: statusIn(state), end: state };
    expect(end(before)).toBe(before);
  });

  it.each(
    ends.flatMap((state) =>
      (['starting', 'online', 'backingOff', 'stopping'] as const).map((from) => [state, from] as const),
    ),
  )('leads to %s from %s, without a pid', (state, from) => {
    const { pid: _pid, startedAt: _startedAt, ...rest } = statusIn(from);
    expect(end({ status: statusIn(from), end: state }).status).toStrictEqual({ ...rest, state, since: now });
  });

  it.each<[string, readonly ChildEvent[], string]>([
    ['nothing', [], 'stopped'],
    ['an end', [spawned, events.exited], 'stopped'],
    ['giving up', [spawned, events.exited, events.gaveUp], 'failed'],
    [
      'giving up and a failing log',
      [events.gaveUp, { type: 'logFailed', path: '/a', code: 'EIO', message: 'no', dropped: 1, attempt: 1 }],
      'failed',
    ],
    ['giving up, and another run', [events.gaveUp, events.spawned], 'stopped'],
    ['giving up, and another run that cannot be started', [events.gaveUp, events.spawnFailed], 'stopped'],
    ['and of that again', [events.gaveUp, events.spawnFailed, events.gaveUp], 'failed'],
  ])('after %s', (_what, story, state) => {
    let tracked: TrackedStatus = { status: initialStatus({}, 0), end: 'stopped' };
    for (const event of story) tracked = reduceStatus(tracked, event, now);
    expect(['stopped', 'failed']).not.toContain(tracked.status.state);
    expect(end(tracked).status.state).toBe(state);
  });
});
