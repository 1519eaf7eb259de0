import fc from 'fast-check';
import {
  bufferTime,
  mergeMap,
  concat,
  EMPTY,
  filter,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  type OperatorFunction,
  Subject,
  throwError,
  timer,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { batchTime } from '../../src/index.js';
import { at } from './events.js';
import { virtually } from './virtually.js';

const values = { x: ['a', 'b'], y: ['c'], a: ['a'], b: ['b'] };

interface Batch {
  readonly time: number;
  readonly values: readonly Timed[];
}

interface Timed {
  readonly time: number;
  readonly size: number;
  readonly index: number;
}

describe('batchTime', () => {
  it.each([
    ['never', '-', '-'],
    ['empty', '--|', '--|'],
    ['one', '-a-|', '---(a|)'],
    ['one, waiting', '-a--------|', '------a---|'],
    ['many', '-a--b-----------c|', '------x----------(y|)'],
    ['an error', '--#', '--#'],
    ['an error after values: the batch comes before it', '-a-b#', '----(x#)'],
    ['an error after a batch', '-a-b------#', '------x---#'],
    ['completion with values: the batch comes before it', '-a-b|', '----(x|)'],
  ])('%s', (_name, source, expected) => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold(source);
      expectObservable(source$.pipe(batchTime(5))).toBe(expected, values);
      const end = source.search(/[|#]/);
      expectSubscriptions(source$.subscriptions).toBe(end === -1 ? '^' : `^${'-'.repeat(end - 1)}!`);
    });
  });

  it('waits from the first value of a batch on, not from the last flush', () => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold('a-----b------|').pipe(batchTime(5))).toBe('-----a-----b-|', values);
    });
  });

  it('a value at the very ms of the flush: before it if it was due first, else in the next batch', () => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold('a----b-|').pipe(batchTime(5))).toBe('-----x-|', values);
    });
    virtually(({ expectObservable }) => {
      const source$ = merge(of('a'), timer(1).pipe(mergeMap(() => at(4, 'b'))), NEVER).pipe(batchTime(5));
      expectObservable(source$, '20ms !').toBe('-----a----b', values);
    });
  });

  it('unsubscribed early: takes the source back, drops the batch, leaves no timer', () => {
    virtually(({ cold, clock, expectObservable, expectSubscriptions, flush }) => {
      const source$ = cold('-a-b-c');
      expectObservable(source$.pipe(batchTime(5, {}, clock)), '----!').toBe('-');
      expectSubscriptions(source$.subscriptions).toBe('^---!');
      timer(3).subscribe(() => {
        expect(clock.armed()).toBe(1);
      });
      flush();
      expect(clock.armed()).toBe(0);
    });
  });

  it('has a timer only while values wait', () => {
    virtually(({ clock, flush }) => {
      const armed: string[] = [];
      NEVER.pipe(batchTime(5, {}, clock)).subscribe();
      merge(at(10, 'a'), at(12, 'b'), at(30, 'c'))
        .pipe((source$) => merge(source$, NEVER), batchTime(5, {}, clock))
        .subscribe();
      for (const ms of [0, 9, 11, 14, 16, 29, 31, 36, 10_000]) {
        timer(ms).subscribe(() => armed.push(`${ms}: ${clock.armed()}`));
      }
      flush();
      expect(armed).toEqual(['0: 0', '9: 0', '11: 1', '14: 1', '16: 0', '29: 0', '31: 1', '36: 0', '10000: 0']);
    });
  });

  it('has no timer left over by a batch that was full before its time, or by the end', () => {
    virtually(({ clock }) => {
      merge(of('a', 'b'), NEVER)
        .pipe(batchTime(5, { maxSize: 2 }, clock))
        .subscribe();
      expect(clock.armed()).toBe(0);
      of('a')
        .pipe(batchTime(5, {}, clock))
        .subscribe();
      expect(clock.armed()).toBe(0);
      concat(
        of('a'),
        throwError(() => new Error('source')),
      )
        .pipe(batchTime(5, {}, clock))
        .subscribe({ error: () => undefined });
      expect(clock.armed()).toBe(0);
    });
  });

  it('keeps each subscription its own batch', () => {
    virtually(({ cold, expectObservable }) => {
      const batch$ = cold('ab-|').pipe(batchTime(5));
      expectObservable(batch$).toBe('---(x|)', values);
      expectObservable(batch$, '-^').toBe('----(x|)', values);
    });
  });
});

describe('the size of a batch', () => {
  const batches = (source$: Observable<string>, operator: OperatorFunction<string, string[]>): string[] => {
    const batches: string[] = [];
    source$.pipe(operator).subscribe({
      next: (batch) => batches.push(batch.join('+')),
      error: (error: unknown) => batches.push(String(error)),
      complete: () => batches.push('complete'),
    });
    return batches;
  };
  const sizeOf = (value: string): number => value.length;

  it('is a count, unless sizeOf says otherwise; the batch that has reached it goes at once', () => {
    expect(batches(of('a', 'bb', 'c', 'd', 'e'), batchTime(5, { maxSize: 2 }))).toEqual([
      'a+bb',
      'c+d',
      'e',
      'complete',
    ]);
    expect(batches(of('a', 'bb', 'c', 'd', 'e'), batchTime(5, { maxSize: 2, sizeOf }))).toEqual([
      'a+bb',
      'c+d',
      'e',
      'complete',
    ]);
    expect(batches(of('a', 'bb', 'c'), batchTime(5, { maxSize: 3, sizeOf }))).toEqual(['a+bb', 'c', 'complete']);
  });

  it('is reached by one value alone', () => {
    expect(batches(of('aaaa', 'bbbb', 'c'), batchTime(5, { maxSize: 3, sizeOf }))).toEqual([
      'aaaa',
      'bbbb',
      'c',
      'complete',
    ]);
    expect(batches(of('a', 'b'), batchTime(5, { maxSize: 1 }))).toEqual(['a', 'b', 'complete']);
    expect(batches(of('a', 'b'), batchTime(5, { maxSize: 0 }))).toEqual(['a', 'b', 'complete']);
  });

  it('is counted anew after a batch that went by time', () => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold('-a-----b-----|').pipe(batchTime(5, { maxSize: 2 }))).toBe('------a-----b|', values);
    });
  });

  it('that cannot be measured is an error, at once', () => {
    const failure = new Error('sizeOf');
    const failing = batchTime<string>(5, {
      sizeOf: (value) => {
        if (value === 'c') throw failure;
        return 1;
      },
    });
    expect(batches(of('a', 'b', 'c', 'd'), failing)).toEqual(['Error: sizeOf']);
    expect(batches(of('c'), failing)).toEqual(['Error: sizeOf']);
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('a--c--');
      expectObservable(source$.pipe(failing)).toBe('---#', {}, failure);
      expectSubscriptions(source$.subscriptions).toBe('^--!');
    });
  });

  it('an empty source has no batch', () => {
    expect(batches(EMPTY, batchTime(5, { maxSize: 1 }))).toEqual(['complete']);
  });

  it.each([
    ['by its size', { maxSize: 2 }],
    ['by time', {}],
  ])('a value that comes in reaction to a batch that went %s is in the next', (_name, options) => {
    const batches: string[] = [];
    virtually(({ clock }) => {
      const source$ = new Subject<string>();
      source$.pipe(batchTime(5, options, clock)).subscribe((batch) => {
        batches.push(`${clock.now()} ${batch.join('+')}`);
        if (batch.includes('a')) source$.next('c');
      });
      source$.next('a');
      source$.next('b');
      timer(20).subscribe(() => {
        expect(clock.armed()).toBe(0);
      });
    });
    expect(batches).toEqual('maxSize' in options ? ['0 a+b', '5 c'] : ['5 a+b', '10 c']);
  });
});

describe('batchTime, whatever comes and whenever', () => {
  const gaps = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 5 })), { maxLength: 40 });
  const ends = fc.constantFrom('complete', 'error');

  /** What `operator` makes of these values, and how it ends. */
  function batchesOf(
    steps: readonly (readonly [number, number])[],
    end: string,
    operator: OperatorFunction<Timed, Timed[]>,
  ): { readonly batches: Batch[]; readonly ended: string } {
    const batches: Batch[] = [];
    let ended = 'not';
    virtually(({ clock }) => {
      let time = 0;
      const timed = steps.map(([gap, size], index): Timed => ({ time: (time += gap), size, index }));
      const last$ = at(time + 3, undefined).pipe(
        map(() => {
          if (end === 'error') throw new Error('source');
          return undefined;
        }),
      );
      merge(...timed.map((value) => at(value.time, value)), last$)
        .pipe(
          filter((value) => value !== undefined),
          operator,
        )
        .subscribe({
          next: (values) => batches.push({ time: clock.now(), values }),
          error: () => (ended = 'error'),
          complete: () => (ended = 'complete'),
        });
    });
    return { batches, ended };
  }

  it('nothing is lost, the order is kept, no batch is empty, late or too large, and the end is that of the source', () => {
    fc.assert(
      fc.property(
        gaps,
        ends,
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 12 }),
        (steps, end, ms, maxSize) => {
          const sizeOf = ({ size }: Timed): number => size;
          const { batches, ended } = batchesOf(steps, end, batchTime(ms, { maxSize, sizeOf }));
          expect(batches.flatMap(({ values }) => values.map(({ index }) => index))).toEqual(
            steps.map((_, index) => index),
          );
          expect(ended).toBe(end);
          for (const { time, values } of batches) {
            expect(values.length).toBeGreaterThan(0);
            expect(time - values[0]!.time).toBeLessThanOrEqual(ms);
            const sizes = values.map(sizeOf);
            expect(sizes.slice(0, -1).reduce((sum, size) => sum + size, 0)).toBeLessThan(maxSize);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('the batches are those of bufferTime and filter, when what is in one window of it is more than ms from the next', () => {
    const ms = 10;
    const bursts = fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 2 }), {
      maxLength: 10,
    });
    fc.assert(
      fc.property(bursts, (windows) => {
        let last = 0;
        const steps = windows.flatMap((within, window) => {
          let time = window * 2 * ms;
          return within.map((gap): [number, number] => {
            time += gap;
            const step: [number, number] = [time - last, 1];
            last = time;
            return step;
          });
        });
        const indices = (operator: OperatorFunction<Timed, Timed[]>): number[][] =>
          batchesOf(steps, 'complete', operator).batches.map(({ values }) => values.map(({ index }) => index));
        const reference: OperatorFunction<Timed, Timed[]> = (source$) =>
          source$.pipe(
            bufferTime(ms),
            filter((batch) => batch.length > 0),
          );
        expect(indices(batchTime(ms))).toEqual(indices(reference));
      }),
    );
  });
});
