import { concat, defer, EMPTY, ignoreElements, NEVER, type Observable, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { probe$, type ProbeResult, RxvisorError } from '../../src/index.js';
import { coded } from '../fakeEffects.js';
import { virtually } from '../operators/virtually.js';

const pass$ = (ms: number): Observable<never> => timer(ms).pipe(ignoreElements());
const fail$ = (ms: number): Observable<never> =>
  concat(
    pass$(ms),
    throwError(() => new Error('refused')),
  );

/** One of these a poll, in turn; the last one repeats. Says when each poll began and was left. */
function polls(...each: readonly Observable<never>[]) {
  let asked = 0;
  return { check$: () => defer(() => each[Math.min(asked++, each.length - 1)]!) };
}

const values: Record<string, ProbeResult> = {
  o: { ok: true, failures: 0, alive: true },
  a: { ok: false, failures: 1, alive: true, message: 'refused' },
  b: { ok: false, failures: 2, alive: true, message: 'refused' },
  c: { ok: false, failures: 3, alive: false, message: 'refused' },
  l: { ok: false, failures: 1, alive: true, message: 'no answer within 5 ms' },
  m: { ok: false, failures: 2, alive: true, message: 'no answer within 5 ms' },
  n: { ok: false, failures: 3, alive: false, message: 'no answer within 5 ms' },
};
const probe = { tcp: 80, every: 10, timeout: 5 };

describe('probe$', () => {
  it.each([
    ['checks at once, then at every interval', [pass$(0)], 'o 9ms o 9ms o'],
    ['counts failures in a row', [fail$(1), fail$(1), pass$(1)], '-a 9ms b 9ms o'],
    ['is not alive from the threshold on', [fail$(0)], 'a 9ms b 9ms c'],
    ['resets the count after a successful check', [fail$(0), pass$(0), fail$(0)], 'a 9ms o 9ms a'],
    ['a check without an answer fails after the timeout', [NEVER, pass$(0)], '5ms l 4ms o 9ms o'],
    ['an answer at exactly the timeout counts', [pass$(5)], '5ms o 9ms o 9ms o'],
    ['a failure at exactly the timeout keeps its reason', [fail$(5), NEVER], '5ms a 9ms m 9ms n'],
    ['an empty answer counts as success', [EMPTY], 'o 9ms o 9ms o'],
  ])('%s', (_, each, expected) => {
    virtually(({ clock, expectObservable }) => {
      expectObservable(probe$(probe, { effects: polls(...each) }, clock), '^ 28ms !').toBe(expected, values);
    });
  });

  it('runs one check at a time, and skips intervals that pass meanwhile', () => {
    virtually(({ clock, expectObservable }) => {
      let open = 0;
      let most = 0;
      const check$ = () =>
        defer(() => {
          most = Math.max(most, (open += 1));
          return concat(
            pass$(25),
            defer(() => ((open -= 1), EMPTY)),
          );
        });
      expectObservable(probe$({ tcp: 80, every: 10, timeout: 100 }, { effects: { check$ } }, clock), '^ 70ms !').toBe(
        '25ms o 29ms o',
        values,
      );
      clock.schedule(() => expect(most).toBe(1), 100);
    });
  });

  it('cancels the check and its timers after unsubscription', () => {
    virtually(({ cold, clock, expectObservable, expectSubscriptions }) => {
      const answer$ = cold<never>('----------|');
      expectObservable(probe$(probe, { effects: { check$: () => answer$ } }, clock), '^--!').toBe('');
      expectSubscriptions(answer$.subscriptions).toBe('^--!');
      clock.schedule(() => expect(clock.armed()).toBeLessThan(2), 4);
    });
  });

  it('cancels a check that takes too long', () => {
    virtually(({ cold, clock, expectObservable, expectSubscriptions }) => {
      const answer$ = cold<never>('----------|');
      expectObservable(
        probe$({ ...probe, every: 100 }, { effects: { check$: () => answer$ } }, clock),
        '^------!',
      ).toBe('-----l', values);
      expectSubscriptions(answer$.subscriptions).toBe('^----!');
    });
  });

  it('stays not alive until a check succeeds', () => {
    virtually(({ clock, expectObservable }) => {
      const each = [fail$(0), fail$(0), pass$(0)];
      expectObservable(probe$({ ...probe, failures: 1 }, { effects: polls(...each) }, clock), '^ 28ms !').toBe(
        'a 9ms b 9ms o',
        {
          ...values,
          a: { ...values.a, alive: false },
          b: { ...values.b, alive: false },
        },
      );
    });
  });

  it('an error without a message is reported by its code', () => {
    virtually(({ clock, expectObservable }) => {
      const error = Object.assign(coded('ECONNREFUSED'), { message: '' });
      const check$ = () => throwError(() => error);
      expectObservable(probe$(probe, { effects: { check$ } }, clock), '^-!').toBe('e', {
        e: { ...values.a, message: 'ECONNREFUSED' },
      });
    });
  });

  it('a check that throws synchronously has failed', () => {
    virtually(({ clock, expectObservable }) => {
      const check$ = () => {
        throw new Error('refused');
      };
      expectObservable(probe$(probe, { effects: { check$ } }, clock), '^-!').toBe('a', values);
    });
  });

  it.each([
    [{ tcp: 0 }, 'probe.tcp: 0 is not an address.'],
    [{ tcp: 80, every: 0 }, 'probe.every: 0 is not a timeout.'],
    [{ http: 'x' }, "probe.http: 'x' is not an http URL."],
    [{ exec: ['a', ''] }, "probe.exec[1]: '' is not a program or an argument."],
  ])('%j is refused at once', (wrong, message) => {
    expect(() => probe$(wrong)).toThrow(RxvisorError);
    expect(() => probe$(wrong)).toThrow(message);
  });
});
