import { concat, EMPTY, filter, NEVER, type Observable, of, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type ChildEvent, resetAfter, restartAt } from '../../src/index.js';
import { at, exited, output, spawned } from './events.js';
import { virtually } from './virtually.js';

const values = {
  s: { ...spawned, name: 'api' },
  r: { type: 'ready', name: 'api', attempt: 1 },
  o: output('served\n'),
  x: exited(1),
  t: { type: 'stable', name: 'api', attempt: 1 },
} as const;

/** A run that is ready after `slow` ms and crashes `ms` after that. */
const run = (slow: number, ms: number): Observable<ChildEvent> =>
  concat(of(spawned), at(slow, { type: 'ready', attempt: 1 } as const), at(ms, exited(1)));

describe('resetAfter ms', () => {
  it.each([
    ['never', '-', '-'],
    ['empty', '--|', '--|'],
    ['one, not ready', '-s------|', '-s------|'],
    ['ready, and long enough', '-s--r---x|', '-s--r--tx|'],
    ['an end at that very moment', '-s--r--x|', '-s--r--x|'],
    ['an error before', '-s--r-#', '-s--r-#'],
    ['a source that completes before', '-s--r-|', '-s--r-|'],
    ['many events', '-s-o-r-o--o-x|', '-s-o-r-ot-o-x|'],
  ])('%s', (_name, source, expected) => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold<ChildEvent>(source, values).pipe(resetAfter(3))).toBe(expected, values);
    });
  });

  it('unsubscribed early: leaves no timer', () => {
    virtually(({ cold, clock, expectObservable, expectSubscriptions, flush }) => {
      const source$ = cold<ChildEvent>('-s-r', values);
      expectObservable(source$.pipe(resetAfter(9, clock)), '-----!').toBe('-s-r', values);
      expectSubscriptions(source$.subscriptions).toBe('^----!');
      flush();
      expect(clock.armed()).toBe(0);
    });
  });

  it.each([-1, NaN, Infinity])('refuses %s', (ms) => {
    expect(() => resetAfter(ms)).toThrow(`resetAfter: ${ms} is not a delay.`);
  });

  it('an end put on the clock at any moment wins the tie', () => {
    expect(virtually(({ timeline }) => timeline(run(2, 5).pipe(resetAfter(5))))).not.toContain('7 stable#1');
  });

  it('starts the schedule over, and a slow start is no long life', () => {
    const backOffs = virtually(({ timeline }) =>
      timeline(run(50, 5).pipe(resetAfter(4), restartAt([10, 20], { restartOk: 1_000 })), { until: 200 }),
    ).filter((line) => line.includes('backingOff'));
    expect(backOffs).toEqual([
      '55 backingOff#1 10 crashes 1',
      '120 backingOff#2 10 crashes 1',
      '185 backingOff#3 10 crashes 1',
    ]);
    expect(
      virtually(({ timeline }) =>
        timeline(run(50, 3).pipe(resetAfter(4), restartAt([10, 20], { restartOk: 1_000 })), { until: 130 }),
      ).filter((line) => line.includes('backingOff')),
    ).toEqual(['53 backingOff#1 10 crashes 1', '116 backingOff#2 20 crashes 2']);
  });

  it('and restartOk make a run stable once, whichever comes first', () => {
    const stables = (ms: number): string[] =>
      virtually(({ timeline }) => timeline(run(1, 50).pipe(resetAfter(ms), restartAt([], { restartOk: 20 })))).filter(
        (line) => line.includes('stable'),
      );
    expect(stables(5)).toEqual(['6 stable#1']);
    expect(stables(30)).toEqual(['20 stable#1', '31 stable#1']);
  });
});

describe('resetAfter a condition', () => {
  const served = (run$: Observable<ChildEvent>) => run$.pipe(filter(({ type }) => type === 'output'));

  it.each([
    ['never', '-', '-'],
    ['empty', '--|', '--|'],
    ['before it is fulfilled', '-s--x|', '-s--x|'],
    ['once', '-s-o   -o-x|', '-s-(ot)-o-x|'],
    ['an error', '-s-#', '-s-#'],
  ])('%s', (_name, source, expected) => {
    virtually(({ cold, expectObservable }) => {
      // A group takes as many frames as it has characters.
      const source$ = cold<ChildEvent>(source.replaceAll('   ', '---'), values);
      expectObservable(source$.pipe(resetAfter(served))).toBe(expected, values);
    });
  });

  it('is asked at spawned, and left alone at the end of the run', () => {
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const healthy$ = hot('h-----h');
      const source$ = cold<ChildEvent>('-s-x-|', values);
      expectObservable(source$.pipe(resetAfter(() => healthy$))).toBe('-s-x-|', values);
      expectSubscriptions(healthy$.subscriptions).toBe('-^-!');
    });
  });

  it.each([
    ['completes without a value', EMPTY],
    ['says nothing', NEVER],
  ])('that %s is never fulfilled', (_name, condition$) => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold<ChildEvent>('-s--x|', values).pipe(resetAfter(() => condition$))).toBe('-s--x|', values);
    });
  });

  it('passes on its error, and what it throws', () => {
    virtually(({ cold, expectObservable }) => {
      const source$ = cold<ChildEvent>('-s----x', values);
      const failure = new Error('condition');
      const fails = resetAfter(() =>
        concat(
          timer(2).pipe(filter(() => false)),
          throwError(() => failure),
        ),
      );
      expectObservable(source$.pipe(fails)).toBe('-s-#', values, failure);
      const throws = resetAfter(() => {
        throw new Error('thrown');
      });
      expectObservable(source$.pipe(throws)).toBe('-(s#)', values, new Error('thrown'));
    });
  });
});
