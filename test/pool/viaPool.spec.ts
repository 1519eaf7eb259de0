import { concat, EMPTY, map, NEVER, Observable, of, range, Subject, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Pool, type PoolStatus, type Response, viaPool } from '../../src/pool/index.js';
import { fakePool, type FakeWorker } from './fakePool.js';
import { virtually } from '../operators/virtually.js';

/** A pool in which a request lasts as many ms as its value says; 0 fails, and is answered at once when negative. */
function fake(room = 2) {
  const seen = { out: 0, most: 0, asked: 0, cancelled: 0 };
  const answer$ = (value: number) =>
    value < 0 ? of(value) : value === 0 ? throwError(() => new Error('zero')) : timer(value).pipe(map(() => value));
  const pool = {
    capacity: () => room,
    status$: NEVER as Observable<PoolStatus>,
    request$: (value: number) =>
      new Observable<Response>((subscriber) => {
        let over = false;
        seen.asked += 1;
        seen.most = Math.max(seen.most, (seen.out += 1));
        const inner = answer$(value)
          .pipe(map((data) => ({ data }) as Response))
          .subscribe({
            next: (response) => subscriber.next(response),
            error: (error: unknown) => subscriber.error(error),
            complete: () => {
              over = true;
              seen.out -= 1;
              subscriber.complete();
            },
          });
        return () => {
          inner.unsubscribe();
          if (over) return;
          seen.out -= 1;
          seen.cancelled += 1;
        };
      }),
  } as unknown as Pick<Pool, 'request$' | 'capacity' | 'status$'>;
  return { pool, seen };
}

const run = (source$: Observable<number>, options = {}, room = 2, until?: number) =>
  virtually(({ now, clock }) => {
    const { pool, seen } = fake(room);
    const received: string[] = [];
    const subscription = source$.pipe(viaPool<number>(pool, options)).subscribe({
      next: (value) => received.push(`${now()} ${String(value)}`),
      error: (error: unknown) => received.push(`${now()} ${String(error)}`),
      complete: () => received.push(`${now()} complete`),
    });
    if (until !== undefined) clock.schedule(() => subscription.unsubscribe(), until);
    return { received, seen };
  });

describe('viaPool', () => {
  it('never, empty, one', () => {
    expect(run(NEVER).received).toEqual([]);
    expect(run(EMPTY).received).toEqual(['0 complete']);
    expect(run(of(5)).received).toEqual(['5 5', '5 complete']);
  });

  it('many: as they come, or in order, and never more out than there is room', () => {
    const as = run(of(9, 2, 3, 4));
    expect(as.received).toEqual(['2 2', '5 3', '9 9', '9 4', '9 complete'].sort(byTime));
    expect(as.seen.most).toBe(2);
    expect(run(of(9, 2, 3, 4), { ordered: true }).received).toEqual(
      ['9 9', '9 2', '13 4', '12 3', '13 complete'].sort(byTime),
    );
    expect(run(of(1, 1, 1), { concurrency: 1 }).received).toEqual(['1 1', '2 1', '3 1', '3 complete']);
  });

  it('a great many that are answered at once', () => {
    const { received, seen } = run(range(1, 5_000).pipe(map((n) => -n)));
    expect([received.length, seen.most, seen.out]).toEqual([5_001, 1, 0]);
  });

  it('an error of the source, of a request or of the options cancels what is out', () => {
    expect(
      run(
        concat(
          of(5),
          throwError(() => new Error('source')),
        ),
      ),
    ).toMatchObject({
      received: ['0 Error: source'],
      seen: { cancelled: 1, out: 0 },
    });
    expect(run(of(5, 0))).toMatchObject({ received: ['0 Error: zero'], seen: { cancelled: 2, out: 0 } });
    const request = (): never => {
      throw new Error('options');
    };
    expect(run(of(5), { request }).received).toEqual(['0 Error: options']);
  });

  it('unsubscribing cancels, and asks no more', () => {
    expect(run(of(5, 5, 5), {}, 1, 2)).toMatchObject({ received: [], seen: { cancelled: 1, out: 0, asked: 1 } });
  });

  it('waits for the first worker of a pool without a bound', () => {
    virtually(({ clock }) => {
      const { pool, workers } = fakePool({ concurrency: Infinity, live: ({ ready }) => clock.schedule(ready, 5) });
      expect(pool.capacity()).toBe(0);
      const received: number[] = [];
      range(1, 4)
        .pipe(viaPool<number, number>(pool))
        .subscribe((value) => received.push(value));
      clock.schedule(() => {
        expect(pool.capacity()).toBe(Infinity);
        workers.forEach(({ answerAll }) => answerAll());
      }, 10);
      clock.schedule(() => {
        expect(received.sort()).toEqual([1, 2, 3, 4]);
        void pool.hardStop();
      }, 20);
    });
  });

  it('makes a pool with min grow', () => {
    virtually(({ clock }) => {
      const { pool, workers } = fakePool({ size: 3, concurrency: 2, spec: { min: 1 } });
      clock.schedule(() => {
        expect(pool.capacity()).toBe(6);
        const all = range(1, 20).pipe(viaPool<number, number>(pool)).subscribe();
        clock.schedule(() => {
          expect(workers.map(({ inHand }) => inHand.size)).toEqual([2, 2, 2]);
          all.unsubscribe();
        }, 10);
      }, 5);
      clock.schedule(() => {
        void pool.hardStop();
      }, 100);
    });
  });

  it.each([
    ['of a fixed size', {}],
    ['with min', { min: 1 }],
  ])('asks for no more than the queue of a pool %s takes, before and after its workers are ready', (_, spec) => {
    virtually(({ clock }) => {
      const live = ({ ready }: FakeWorker): void => void clock.schedule(ready, 5);
      for (const max of [0, 1]) {
        const { pool, workers } = fakePool({ size: 3, concurrency: 2, queue: { max }, spec, live });
        const received: unknown[] = [];
        range(1, 20)
          .pipe(viaPool<number, number>(pool))
          .subscribe({ error: (error: unknown) => received.push(error), complete: () => received.push('complete') });
        for (let ms = 6; ms < 100; ms += 1) clock.schedule(() => workers.forEach(({ answerAll }) => answerAll()), ms);
        clock.schedule(() => {
          expect(received).toEqual(['complete']);
          void pool.hardStop();
        }, 200);
      }
    });
  });

  it('gets an error when no worker will come', () => {
    virtually(({ clock }) => {
      const { pool } = fakePool({ size: 1, spec: { restartAt: [] }, live: ({ child }) => child.exit(1) });
      const codes: unknown[] = [];
      range(1, 3)
        .pipe(viaPool<number, number>(pool))
        .subscribe({ error: (error: unknown) => codes.push(Reflect.get(Object(error), 'code')) });
      clock.schedule(() => {
        expect(codes).toEqual(['ERR_GAVE_UP']);
        void pool.hardStop();
      }, 5_000);
    });
  });

  it('goes on when there is more room', () => {
    virtually(({ clock, now }) => {
      const { pool } = fake(1);
      const status$ = new Subject<PoolStatus>();
      let room = 1;
      const received: string[] = [];
      const growing = { ...pool, status$, capacity: () => room };
      of(10, 10, 10)
        .pipe(viaPool<number>(growing))
        .subscribe((value) => received.push(`${now()} ${String(value)}`));
      clock.schedule(() => {
        room = 3;
        status$.next({} as PoolStatus);
      }, 5);
      clock.schedule(() => expect(received).toEqual(['10 10', '15 10', '15 10']), 20);
    });
  });
});

function byTime(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10);
}
