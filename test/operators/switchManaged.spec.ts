import { delay, map, merge, NEVER, type Observable, of, range, Subject, take, takeUntil, tap, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Stop, switchManaged } from '../../src/index.js';
import { virtually } from './virtually.js';

/** Emits its name when it is started, in upper case when it is asked to stop, and ends 5 ms later. */
function child(name: string, command$: Observable<Stop>): Observable<string> {
  return merge(of(name), NEVER, command$.pipe(map(() => name.toUpperCase()))).pipe(takeUntil(command$.pipe(delay(5))));
}

describe('switchManaged', () => {
  it.each([
    ['never', '-', '-'],
    ['empty', '--|', '--|'],
    ['one value: its child runs on', 'a', 'a'],
    ['one value, and the end: the child runs on', '(a|)', 'a'],
    ['two: the second starts when the first has ended', 'a---b', 'a---A----b'],
    ['many: of those that come meanwhile the last one counts', 'a--bcd--------e', 'a--A----d-----D----e'],
    ['all at once', '(abcd)', '(aA)-d'],
    ['an error: the child is stopped first', 'a--#', 'a--A----#'],
    ['an error while the next one waits: that never starts', 'a--b-#', 'a--A----#'],
    ['the end while the next one waits: that starts', 'a--(b|)', 'a--A----b'],
    ['an error at once', '#', '#'],
  ])('%s', (_name, source, expected) => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold(source).pipe(switchManaged(child))).toBe(expected);
    });
  });

  it.each([
    ['a child that ends by itself leaves a gap', 'a----b-|', '-x|', '-x----x|'],
    ['completes when the last child has ended', 'a|', 'x----|', 'x----|'],
    ['an error of a child ends it', 'a', 'x-#', 'x-#'],
  ])('%s', (_name, source, run, expected) => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold(source).pipe(switchManaged(() => cold(run)))).toBe(expected);
    });
  });

  it('an error of a child unsubscribes from the source', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('a--b');
      expectObservable(source$.pipe(switchManaged(() => cold('-#')))).toBe('-#');
      expectSubscriptions(source$.subscriptions).toBe('^!');
    });
  });

  it('a projection that throws is an error', () => {
    virtually(({ cold, expectObservable }) => {
      const broken = (): never => {
        throw new Error('broken');
      };
      expectObservable(cold('-a').pipe(switchManaged(broken))).toBe('-#', undefined, new Error('broken'));
    });
  });

  it('unsubscribed early, unsubscribes from the source and the child, and leaves no timer', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('a-----');
      const run$ = cold('x-----');
      expectObservable(source$.pipe(switchManaged(() => run$)), '^--!').toBe('x');
      expectSubscriptions(source$.subscriptions).toBe('^--!');
      expectSubscriptions(run$.subscriptions).toBe('^--!');
    });
  });

  it('a child gets a stop that came before it subscribed', () => {
    const value$ = new Subject<string>();
    const received: string[] = [];
    value$
      .pipe(
        switchManaged((name, command$) => {
          received.push(name);
          if (name === 'a') value$.next('b');
          return command$.pipe(
            tap(({ type }) => received.push(`${name} ${type}`)),
            take(1),
          );
        }),
      )
      .subscribe();
    value$.next('a');
    expect(received).toEqual(['a', 'a stop', 'b']);
  });

  it('a value that comes in reaction to the start of a child stops it, and is next', () => {
    const value$ = new Subject<number>();
    const received: string[] = [];
    value$
      .pipe(
        switchManaged((value, command$) =>
          merge(of(`start ${value}`), NEVER, command$.pipe(map(() => `stop ${value}`))).pipe(
            takeUntil(command$.pipe(delay(0))),
          ),
        ),
      )
      .subscribe((event) => {
        received.push(event);
        if (event === 'start 1') value$.next(2);
      });
    value$.next(1);
    expect(received).toEqual(['start 1', 'stop 1']);
  });

  it('100,000 children that end at once do not recurse', () => {
    let ended = 0;
    range(100_000)
      .pipe(switchManaged(() => of(1)))
      .subscribe(() => (ended += 1));
    expect(ended).toBe(100_000);
    const again$ = new Subject<number>();
    let runs = 0;
    again$.pipe(switchManaged(() => of(1))).subscribe(() => {
      runs += 1;
      if (runs < 100_000) again$.next(runs);
    });
    again$.next(0);
    expect(runs).toBe(100_000);
  });

  it('passes on an error of the source that has no child', () => {
    const errors: unknown[] = [];
    throwError(() => new Error('lost'))
      .pipe(switchManaged(child))
      .subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toEqual([new Error('lost')]);
  });
});
