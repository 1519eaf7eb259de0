import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type ChildEvent, scanStatus, type Status } from '../../src/index.js';
import { exited, output, spawned, stopping } from './events.js';
import { virtually } from './virtually.js';

const events = {
  s: spawned,
  r: { type: 'ready', attempt: 1 },
  o: output('a\n'),
  x: exited(1),
  b: { type: 'backingOff', delay: 5, crashes: 1, attempt: 1 },
  t: { ...spawned, pid: 8, attempt: 2 },
  p: stopping('stop'),
  g: { type: 'gaveUp', reason: 'limit', attempt: 2 },
} satisfies Record<string, ChildEvent>;

const start: Status = { state: 'starting', since: 0, attempt: 0, restarts: 0, crashes: 0 };
const lastExit = { code: 1, signal: null, uptime: 5 };

/** The states, as they come: `0 starting`, `3 online`, … */
function statuses(source: string): string[] {
  return virtually(({ cold, now }) => {
    const seen: string[] = [];
    cold<ChildEvent>(source, events)
      .pipe(scanStatus())
      .subscribe({
        next: ({ state }) => seen.push(`${now()} ${state}`),
        error: () => seen.push(`${now()} error`),
        complete: () => seen.push(`${now()} complete`),
      });
    return seen;
  });
}

describe('scanStatus', () => {
  it.each([
    ['never', '-', ['0 starting']],
    ['empty', '--|', ['0 starting', '2 stopped', '2 complete']],
    ['one', '-s-|', ['0 starting', '1 starting', '3 stopped', '3 complete']],
    ['an error', '-s-#', ['0 starting', '1 starting', '3 error']],
    ['an error at once', '#', ['0 starting', '0 error']],
    [
      'many: an event that changes nothing is not emitted',
      '-sro-o-xb-t-p---|',
      [
        '0 starting',
        '1 starting',
        '2 online',
        '7 stopping',
        '8 backingOff',
        '10 starting',
        '12 stopping',
        '16 stopped',
        '16 complete',
      ],
    ],
    [
      'a run that is over: stopped only with the end of the events, which is that of the log',
      '-sx-----|',
      ['0 starting', '1 starting', '2 stopping', '8 stopped', '8 complete'],
    ],
    [
      'given up: failed only with the end of the events',
      '-s(xg)--|',
      ['0 starting', '1 starting', '2 stopping', '8 failed', '8 complete'],
    ],
    [
      'given up, and run again by others: what was given up is forgotten',
      '-s(xg)-tx--|',
      ['0 starting', '1 starting', '2 stopping', '7 starting', '8 stopping', '11 stopped', '11 complete'],
    ],
    [
      'a run of which nothing is known yet',
      '-sxt-|',
      ['0 starting', '1 starting', '2 stopping', '3 starting', '5 stopped', '5 complete'],
    ],
  ])('%s', (_name, source, expected) => {
    expect(statuses(source)).toEqual(expected);
  });

  it('counts, times and names, from 0 on', () => {
    virtually(({ cold, expectObservable }) => {
      const identity = { name: 'api', namespace: 'web', id: 3 };
      const first = { ...start, ...identity };
      const spawn = { ...first, attempt: 1, pid: 7, startedAt: 1 };
      const ready = { ...spawn, state: 'online', since: 2 };
      const over = { ...first, attempt: 1, crashes: 1, state: 'stopping', since: 3, lastExit };
      const again = { ...over, state: 'starting', since: 4, attempt: 2, restarts: 1, pid: 8, startedAt: 4 };
      const end = { ...over, state: 'stopped', attempt: 2, restarts: 1, since: 5 };
      expectObservable(cold<ChildEvent>('-srxt|', events).pipe(scanStatus(identity), (status$) => status$)).toBe(
        'abcdf(e|)',
        { a: first, b: spawn, c: ready, d: over, f: again, e: end },
      );
    });
  });

  it('unsubscribed early', () => {
    virtually(({ cold, expectSubscriptions, expectObservable }) => {
      const source$ = cold<ChildEvent>('-s-r', events);
      expectObservable(source$.pipe(scanStatus()), '--!').toBe('ab', {
        a: start,
        b: { ...start, attempt: 1, pid: 7, startedAt: 1 },
      });
      expectSubscriptions(source$.subscriptions).toBe('^-!');
    });
  });

  it('reads the clock that it is given, anew for each subscription', () => {
    let time = 50;
    const clock = {
      now: () => (time += 1),
      schedule: () => {
        throw new Error('no need for a timer');
      },
    };
    const status$ = of(events.s, events.r).pipe(scanStatus({}, clock));
    for (const since of [51, 55]) {
      const seen: number[] = [];
      status$.subscribe((status) => seen.push(status.since));
      expect(seen).toEqual([since, since, since + 2, since + 3]);
    }
  });
});
