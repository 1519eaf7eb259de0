import { concat, EMPTY, ignoreElements, NEVER, type Observable, of, Subject, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { heartbeat$, type HeartbeatOptions } from '../../src/session/index.js';
import { virtually } from '../operators/virtually.js';

const well$ = EMPTY;
const ill$ = throwError(() => new Error('status 500'));
/** Answers well, after so many ms. */
const slowly = (ms: number): Observable<never> => timer(ms).pipe(ignoreElements());

interface Life {
  /** What each poll comes to, in turn; the last one repeats. */
  readonly answers: readonly Observable<never>[];
  readonly options?: Partial<HeartbeatOptions>;
  readonly until?: number;
}

/** Its events with their times, and the times of its checks. */
function run({ answers, options, until = 100 }: Life): { received: string[]; asked: number[] } {
  return virtually(({ clock, flush }) => {
    const received: string[] = [];
    const asked: number[] = [];
    const check$ = (): Observable<never> => {
      asked.push(clock.now());
      return answers[Math.min(asked.length, answers.length) - 1]!;
    };
    const beat$ = heartbeat$(
      { port: 80, every: 10, timeout: 5, startTimeout: 50, ...options, effects: { check$ } },
      clock,
    );
    const beating = beat$.subscribe({
      next: (event) => {
        const detail =
          event.type === 'listening' ? (event.first ? 'first' : 'again') : `${event.failures} ${event.message}`;
        received.push(`${clock.now()} ${event.type} ${detail}`);
      },
      error: (error: unknown) => received.push(`${clock.now()} ${String(error)}`),
      complete: () => received.push(`${clock.now()} complete`),
    });
    timer(until).subscribe(() => {
      beating.unsubscribe();
    });
    flush();
    expect(clock.armed()).toBe(0);
    return { received, asked };
  });
}

describe('heartbeat$', () => {
  it('emits the first answer, and then nothing while the server answers', () => {
    expect(run({ answers: [well$], until: 35 })).toEqual({ received: ['0 listening first'], asked: [0, 10, 20, 30] });
  });

  it('does not count failures before the first answer', () => {
    const { received: events } = run({
      answers: [ill$, ill$, ill$, ill$, well$],
      options: { tolerance: 0 },
      until: 45,
    });
    expect(events).toEqual(['40 listening first']);
  });

  it('more failures in a row than the tolerance make it unresponsive', () => {
    expect(run({ answers: [well$, ill$], options: { tolerance: 2 } }).received).toEqual([
      '0 listening first',
      '10 heartbeatMissed 1 status 500',
      '20 heartbeatMissed 2 status 500',
      '30 unresponsive 3 status 500',
      '30 complete',
    ]);
    expect(run({ answers: [well$, ill$], options: { tolerance: 0 } }).received).toEqual([
      '0 listening first',
      '10 unresponsive 1 status 500',
      '10 complete',
    ]);
  });

  it('an answer resets the count of failures', () => {
    const answers = [well$, ill$, ill$, well$, ill$, ill$, well$];
    expect(run({ answers, options: { tolerance: 2 } }).received).toEqual([
      '0 listening first',
      '10 heartbeatMissed 1 status 500',
      '20 heartbeatMissed 2 status 500',
      '30 listening again',
      '40 heartbeatMissed 1 status 500',
      '50 heartbeatMissed 2 status 500',
      '60 listening again',
    ]);
  });

  it('one that never answers is unresponsive after startTimeout', () => {
    expect(run({ answers: [ill$], options: { startTimeout: 25 } }).received).toEqual([
      '25 unresponsive 3 no answer within 25 ms of its start',
      '25 complete',
    ]);
    expect(run({ answers: [ill$, ill$, well$], options: { startTimeout: 21 } }).received).toEqual([
      '20 listening first',
    ]);
  });

  it('polls never overlap: the next one waits for the last one, also without an answer', () => {
    expect(run({ answers: [slowly(4)], until: 40 }).asked).toEqual([0, 14, 28]);
    const hangs = run({ answers: [well$, NEVER], options: { tolerance: 1 } });
    expect(hangs.asked).toEqual([0, 10, 25]);
    expect(hangs.received).toEqual([
      '0 listening first',
      '15 heartbeatMissed 1 no answer within 5 ms',
      '30 unresponsive 2 no answer within 5 ms',
      '30 complete',
    ]);
  });

  it('one that has not answered yet is asked at least once a second', () => {
    const options = { every: 60_000, startTimeout: 90_000 };
    expect(run({ answers: [ill$, ill$, well$], options, until: 70_000 }).asked).toEqual([0, 1_000, 2_000, 62_000]);
  });

  it('a new interval counts at once, from the last poll on, also when that is longer ago', () => {
    const lengthened = new Subject<number>();
    virtually(({ clock, flush }) => {
      const asked: number[] = [];
      const beating = heartbeat$(
        {
          port: 80,
          every: concat(of(10), lengthened),
          effects: {
            check$: () => {
              asked.push(clock.now());
              return EMPTY;
            },
          },
        },
        clock,
      ).subscribe();
      timer(12).subscribe(() => lengthened.next(20)); // 10 + 20
      timer(49).subscribe(() => lengthened.next(5)); // 30 + 5 is over: now
      timer(52).subscribe(() => lengthened.next(5)); // the same
      timer(60).subscribe(() => beating.unsubscribe());
      flush();
      expect(asked).toEqual([0, 10, 30, 49, 54, 59]);
      expect(clock.armed()).toBe(0);
    });
  });

  it('waits for the first interval, keeps the last one, and passes errors on', () => {
    expect(run({ answers: [well$], options: { every: NEVER } }).asked).toEqual([0]);
    expect(run({ answers: [well$], options: { every: of(10) }, until: 25 }).asked).toEqual([0, 10, 20]);
    expect(run({ answers: [well$], options: { every: throwError(() => new Error('no')) } }).received).toEqual([
      '0 Error: no',
    ]);
    expect(run({ answers: [well$], options: { every: of(NaN) } }).received).toEqual([
      expect.stringContaining('every: NaN is not a delay.'),
    ]);
  });

  it.each([
    [{ every: -1 }, 'every: -1 is not a delay.'],
    [{ every: 0 }, 'every: 0 is not a delay.'],
    [{ timeout: NaN }, 'timeout: NaN is not a delay.'],
    [{ tolerance: 1.5 }, 'tolerance: 1.5 is not a number of failures.'],
    [{ tolerance: -1 }, 'tolerance: -1 is not a number of failures.'],
    [{ startTimeout: Infinity }, 'startTimeout: Infinity is not a delay.'],
    [{ url: 'ftp://x' }, "probe.http: 'ftp://x'"],
  ])('refuses %o', (options, message) => {
    expect(() => heartbeat$({ port: 80, ...options })).toThrow(message);
  });

  it('requests a route of a port on localhost', () => {
    const targets: unknown[] = [];
    virtually(({ clock, flush }) => {
      const check$ = (target: unknown): Observable<never> => {
        targets.push(target);
        return EMPTY;
      };
      for (const target of [{ port: 8080 }, { port: 80, route: '/up' }, { url: 'https://example.com/x' }]) {
        const beating = heartbeat$({ ...target, effects: { check$ } }, clock).subscribe();
        timer(5).subscribe(() => beating.unsubscribe());
      }
      flush();
    });
    expect(targets).toMatchObject(
      ['http://localhost:8080/', 'http://localhost:80/up', 'https://example.com/x'].map((http) => ({ http })),
    );
  });
});
