import { AssertionError } from 'node:assert';
import { EMPTY, interval, map, NEVER, of, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type ChildEvent, restartAt, RxvisorError } from '../../src/index.js';
import { legend, lifecycle, type LifecycleHelpers } from '../../src/testing/index.js';

const { s, x } = legend;
const events = { s: s.event, x: x.event };

/** What a failing lifecycle says; an example for people, so compared whole. */
function failureOf(work: (helpers: LifecycleHelpers) => unknown, bounds = {}): AssertionError {
  try {
    lifecycle(work, bounds);
  } catch (error) {
    if (error instanceof AssertionError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

const drawn = (text: string): string => text.replace(/^\n/, '').replace(/\n *$/, '').replace(/^ {6}/gm, '');

describe('lifecycle', () => {
  it('tests the whole default schedule: each step, the repeated last step, and the reset by a stable run', () => {
    lifecycle(({ fake, managed, expectLifecycle }) => {
      const crashes = Array.from({ length: 10 }, () => 's--- x');
      expectLifecycle(managed(fake([...crashes, 's 30m 1ms x', ...crashes]))).toBe(`
        (sr) (xb) 96ms (sr) (xb) 496ms (sr) (xb) 996ms (sr) (xb) 9996ms (sr) (xb) 29s 996ms (sr) (xb) 59s 996ms
        (sr) (xb) 4m 59s 996ms (sr) (xb) 14m 59s 996ms (sr) (xb) 14m 59s 996ms (sr) (xb) 14m 59s 996ms
        (sr) 29m 59s 996ms t- (xb) 96ms (sr) (xb) 496ms ...`);
    });
  });

  it('gives what the work gave, once all has happened', () => {
    const child = lifecycle(({ fake, managed, expectLifecycle }) => {
      const child = fake(['s 1s x']);
      expectLifecycle(managed(child, { restartAt: [] })).toBe('(sr) 997ms (xg|)');
      expect(child.spawns).toEqual([]);
      return child;
    });
    expect(child.spawns).toEqual([{ subscribedFrame: 0, unsubscribedFrame: 1_001 }]);
  });

  it('takes never, empty, one, an error', () => {
    lifecycle(({ expectLifecycle }) => {
      expectLifecycle(NEVER).toBe('');
      expectLifecycle(EMPTY).toBe('|');
      expectLifecycle(of(s.event)).toBe('(s|)');
      expectLifecycle(throwError(() => new Error('no'))).toBe('#');
    });
  });

  it('subscribes and unsubscribes at the given times', () => {
    lifecycle(({ cold, expectLifecycle, expectSubscriptions }) => {
      const run$ = cold('s--s--s', events);
      expectLifecycle(run$, '2s ^ ----!').toBe('2s s--s');
      expectLifecycle(run$, '4ms !').toBe('s--s');
      expectSubscriptions(run$.subscriptions).toBe(['^---!', '2s ^----!']);
    });
  });

  it('looks no further than the dots', () => {
    lifecycle(({ cold, expectLifecycle, expectSubscriptions }) => {
      const run$ = cold('s--s--s', events);
      expectLifecycle(run$).toBe('s--...');
      expectSubscriptions(run$.subscriptions).toBe('^--!');
    });
  });

  it('goes on after a flush, from 0', () => {
    lifecycle(({ cold, expectLifecycle, flush, timeline }) => {
      expectLifecycle(cold('1s s', events)).toBe('1s s');
      flush();
      expectLifecycle(cold('1s s', events)).toBe('1s s');
      expect(timeline(cold('1s (s|)', events))).toEqual([
        [1_000, 'spawned'],
        [1_000, 'complete'],
      ]);
    });
  });

  it('commands the real managed$: stop, restart, reset, reopenLogs', () => {
    lifecycle(({ fake, managed, expectLifecycle, cold }) => {
      expectLifecycle(managed(fake(['s']), {}, '1s R 1s S|')).toBe('(sr) 996ms (pqsr) 995ms (pq|)');
      expectLifecycle(managed(fake(['s--- x']), { restartAt: [100, 500] }, '300ms F')).toBe(
        '(sr)(xb) 96ms (sr)(xb) 496ms (sr)(xb) 96ms ...',
      );
      expectLifecycle(managed(fake(['s']), { log: { file: 'a', direct: true }, output: false }, '1s L')).toBe(
        '(sr) 996ms n 29m 58s 999ms t',
      );
      expectLifecycle(managed(fake(['s']), {}, cold('9ms #', {}, new Error('no')))).toBe('(sr)-----(pq#)');
      expect(() => managed(fake(['s']), {}, '1s x')).toThrow("managed: commands '1s x': 'x' is not a command.");
    });
  });

  it('refines letters, and takes new ones', () => {
    lifecycle(({ fake, managed, expectLifecycle }) => {
      const event$ = managed(fake(['s 1s x']), { name: 'api', restartAt: [100, 500] });
      const values = { s: { name: 'api' }, a: { type: 'backingOff', delay: 100 }, b: { crashes: 2 } } as const;
      expectLifecycle(event$).toBe('(sr) 997ms (xa) 96ms (sr) 997ms (xb) ...', values);
    });
  });

  it('asks what a letter stands for', () => {
    expect(() =>
      lifecycle(({ expectLifecycle }) => {
        expectLifecycle(NEVER).toBe('v');
      }),
    ).toThrow(/^toBe: 'v' is not a letter of the legend\. Define it: .* Or use one of: s spawned, r ready, /);
  });

  it('wants to be synchronous, and its expectations to be finished', () => {
    expect(() => lifecycle(async () => undefined)).toThrow(
      'lifecycle: work returned a promise, but virtual time ends with the call. Remove async and await.',
    );
    expect(() => lifecycle(({ expectLifecycle }) => expectLifecycle(NEVER))).toThrow(
      "lifecycle: expectLifecycle(…) without .toBe('…') checks nothing. Add .toBe('…').",
    );
  });

  it('passes on what the work throws, and leaves real time behind', () => {
    expect(() =>
      lifecycle(() => {
        throw new RangeError('mine');
      }),
    ).toThrow(RangeError);
    lifecycle(({ cold, expectLifecycle }) => {
      expectLifecycle(cold('s', events)).toBe('s');
    });
  });
});

describe('a failed expectation', () => {
  it('shows both lines under a ruler, how late it came, and what came as a diagram', () => {
    const { message, actual, expected, operator } = failureOf(({ fake, managed, expectLifecycle }) => {
      expectLifecycle(managed(fake(['s 2s x']), { restartAt: [500] })).toBe('(sr) 1997ms (xb) 96ms (sr) 1s ...');
    });
    expect(message).toBe(
      drawn(`
      The lifecycle differs at 2.101s: expected s spawned, r ready; it came 400ms late

        time      0     2.001s  2.101s  2.501s
        expected  (sr)--(xb)----(sr)------------...
        actual    (sr)--(xb)------------(sr)----...
                                ^

      The actual events as a diagram:

        '(sr) 1997ms (xb) 496ms (sr) ...'`),
    );
    expect({ actual, expected, operator }).toEqual({
      actual: '(sr) 1997ms (xb) 496ms (sr) ...',
      expected: '(sr) 1997ms (xb) 96ms (sr) ...',
      operator: 'toBe',
    });
  });

  it('points at the line of the expectation', () => {
    const { stack } = failureOf(({ expectLifecycle }) => {
      expectLifecycle(EMPTY).toBe('s');
    });
    expect(stack).toMatch(
      /^AssertionError: The lifecycle differs at 0: .*\n[^]*?\n {4}at .*lifecycle\.spec\.ts:\d+:\d+/,
    );
  });

  const crash = (h: LifecycleHelpers) => h.managed(h.fake(['s 2s x', 's']), { restartAt: [100] });
  const clean = (h: LifecycleHelpers) => h.managed(h.fake(['s 2s z']));
  it.each<[string, string, (h: LifecycleHelpers) => unknown]>([
    [
      'too early',
      '2.001s: x exited (code 1), b backingOff (delay 100, crashes 1) came 1s early',
      (h) => {
        h.expectLifecycle(crash(h)).toBe('(sr) 2997ms (xb) 1s ...');
      },
    ],
    [
      'missing',
      '2.001s: expected x exited, code not 0; nothing came',
      (h) => {
        h.expectLifecycle(h.managed(h.fake(['s']))).toBe('(sr) 1997ms x ...');
      },
    ],
    [
      'one of two missing',
      '2.001s: expected x exited, code not 0, b backingOff, g gaveUp; x exited (code 1), b backingOff (delay 100, crashes 1) came',
      (h) => {
        h.expectLifecycle(crash(h)).toBe('(sr) 1997ms (xbg) ...');
      },
    ],
    [
      'not expected',
      '2.101s: expected nothing; s spawned, r ready came',
      (h) => {
        h.expectLifecycle(crash(h), '3s !').toBe('(sr) 1997ms (xb)');
      },
    ],
    [
      'of another type',
      '2.001s: expected x exited, code not 0, the end; z exited (code 0), the end came',
      (h) => {
        h.expectLifecycle(clean(h)).toBe('(sr) 1997ms (x|)');
      },
    ],
    [
      'not the end yet',
      '2.001s: expected z exited, code 0; z exited (code 0), the end came',
      (h) => {
        h.expectLifecycle(clean(h)).toBe('(sr) 1997ms z');
      },
    ],
    [
      'in another order',
      '0: expected r ready, s spawned; s spawned, r ready came, in another order',
      (h) => {
        h.expectLifecycle(clean(h)).toBe('(rs) 1997ms (z|)');
      },
    ],
    [
      'with another value',
      '2.001s: b differs: delay is 100, not 500',
      (h) => {
        h.expectLifecycle(crash(h)).toBe('(sr) 1997ms (xb) ...', { b: { delay: 500 } });
      },
    ],
    [
      'of an own letter',
      `2.001s: expected x exited, code not 0, a {"type":"backingOff","delay":500}; x exited (code 1), b backingOff (delay 100, crashes 1) came`,
      (h) => {
        h.expectLifecycle(crash(h)).toBe('(sr) 1997ms (xa) ...', { a: { type: 'backingOff', delay: 500 } });
      },
    ],
    [
      'an error',
      '0: expected s spawned, an error; the error Error: no came',
      (h) => {
        h.expectLifecycle(throwError(() => new Error('no'))).toBe('(s#)');
      },
    ],
  ])('says what is wrong: %s', (_, text, work) => {
    const { message } = failureOf(work);
    expect(message.split('\n')[0]).toBe(`The lifecycle differs at ${text}`);
  });

  it('shows what matters of each event', () => {
    const all = Object.entries(legend).map(([, { event }]) => event);
    const { message } = failureOf(({ expectLifecycle }) => {
      expectLifecycle(of(...all.slice(0, 8))).toBe('');
      expectLifecycle(of(...all.slice(8))).toBe('');
    });
    expect(message).toContain(
      "expected nothing; s spawned, r ready, o output ('output'), m message ('message'), x exited (code 1), " +
        'z exited (code 0), y exited (SIGKILL), q exited (SIGTERM, as requested), and 1 more came',
    );
    const other = failureOf(({ expectLifecycle }) => {
      expectLifecycle(of(...all.slice(9))).toBe('');
    });
    expect(other.message).toContain(
      't stable, b backingOff (delay 100, crashes 1), p stopping (stop), ' +
        'k killed, g gaveUp (never), l logFailed (no space left), u triggerFailed (too many watches), w guardianFailed (spawn /bin/sh EAGAIN), and 4 more came',
    );
  });

  it('shows the surroundings of the difference, not a whole day', () => {
    const { message } = failureOf(({ fake, managed, expectLifecycle }) => {
      const event$ = managed(fake(['s 2s x']), { restartAt: [100] });
      expectLifecycle(event$).toBe(`${'(sr) 1997ms (xb) 96ms '.repeat(12)} s 1s s 1s s 1s s 1s s 1s ...`);
    });
    expect(message).toContain(
      drawn(`
        time        20.91s  21.01s  23.011s  23.111s  25.112s  25.212s  26.213s  27.213s  27.214s
        expected  … (xb)----(sr)----(xb)-----(sr)-----(xb)-----s--------s-----------------s--------…
        actual    … (xb)----(sr)----(xb)-----(sr)-----(xb)-----(sr)--------------(xb)--------------…
                                                               ^`),
    );
  });

  it('says so when no diagram could', () => {
    const { message } = failureOf(({ fake, managed, expectLifecycle }) => {
      expectLifecycle(managed(fake(['s o']))).toBe('(sr) 1s o ...');
    });
    expect(message).toContain('The actual events cannot be written as a diagram: an event follows a group too early');
  });

  it('ends what goes on for ever, and says how to look no further', () => {
    const hint = (bound: string) =>
      `The stream does not end; the test was ended after ${bound}. End the diagram in '...', or unsubscribe, ` +
      "(event$, '31m !'), or stop the child, managed(child, spec, '31m S').";
    const forever = ({ fake, managed, expectLifecycle }: LifecycleHelpers) => {
      expectLifecycle(managed(fake(['s 2s x']))).toBe('(sr) 1997ms (xb)');
    };
    expect(failureOf(forever).message).toContain(hint('24h of virtual time'));
    expect(failureOf(forever, { maxTime: 3_600_000 }).message).toContain(hint('1h of virtual time'));
    expect(failureOf(forever, { maxSteps: 50 }).message).toContain(hint('50 scheduled steps'));
    const { message } = failureOf(({ fake, managed, expectLifecycle }) => {
      expectLifecycle(managed(fake(['f']), { restartAt: [0, 0] })).toBe('(fb)');
    });
    expect(message).toContain(hint('20,000 scheduled steps'));
    expect(message).toContain('(fbfbfbfbfbfbfbfbfbfbfbfb…)');
    expect(message.length).toBeLessThan(1_500);
  });

  it('prints RxJS expectations in the same way', () => {
    const observable = (marbles: string, values?: Record<string, unknown>) =>
      failureOf(({ cold, expectObservable }) => {
        expectObservable(cold('a 3s b|', { a: { load: 1 }, b: x.event })).toBe(marbles, values);
      }).message;
    expect(observable('a 2s b-|', { a: { load: 1 }, b: x.event })).toBe(
      drawn(`
      The stream differs at 2.001s: expected x exited (code 1); it came 1s late

        time      0  2.001s  2.003s  3.001s  3.002s
        expected  a--x-------|
        actual    a------------------x-------|
                     ^

      The actual events as a diagram:

        'a 3s x |'`),
    );
    expect(observable('a 3s b|', { a: { load: 2 }, b: x.event })).toContain(
      'differs at 0: expected a = { load: 2 }; b = { load: 1 } came',
    );
    expect(observable('a 3s b|', { a: { load: 1 }, b: { ...x.event, code: 2 } })).toContain('x differs: {');
    expect(observable('a 3s b#', { a: { load: 1 }, b: x.event })).toContain("expected the error 'error'; the end came");
    expect(observable('c', {})).toContain('expected a = undefined; b = { load: 1 } came');
  });

  it('prints subscriptions in the same way', () => {
    const subscriptions = (marbles: string | string[]) =>
      failureOf(({ fake, managed, expectSubscriptions, flush }) => {
        const child = fake(['s 2s x', 's']);
        managed(child, {}, '5s S').subscribe();
        flush();
        expectSubscriptions(child.spawns).toBe(marbles);
      }).message;
    expect(subscriptions(['^ 2s !', '2101ms ^ 2s !'])).toBe(
      drawn(`
      Subscription 2 of 2 differs at 4.102s: expected ! its end; it came 898ms late

        time      2.101s  4.102s  5s
        expected  ^-------!
        actual    ^---------------!
                          ^

      The actual events as a diagram:

        '2101ms ^ 2898ms !'`),
    );
    expect(subscriptions('^ 2s !')).toContain(
      'Subscription 2 of 2 differs at 2.101s: expected nothing; ^ a subscription came',
    );
    expect(subscriptions(['^ 2s !', '2101ms ^ 2898ms !', '9s ^'])).toContain('Subscription 3 of 3 differs at 9s');
  });
});

describe('timeline', () => {
  it('gives times and types, the end and errors included', () => {
    lifecycle(({ fake, managed, timeline, cold }) => {
      expect(timeline(managed(fake(['s 2s x', 's']), {}, '5s S'))).toEqual([
        [0, 'spawned'],
        [0, 'ready'],
        [2_001, 'exited'],
        [2_001, 'backingOff'],
        [2_101, 'spawned'],
        [2_101, 'ready'],
        [5_000, 'stopping'],
        [5_000, 'exited'],
        [5_000, 'complete'],
      ]);
      expect(timeline(cold<ChildEvent>('1s #'))).toEqual([[1_000, 'error']]);
      expect(timeline(managed(fake(['s'])), '1s !')).toEqual([
        [0, 'spawned'],
        [0, 'ready'],
      ]);
      expect(timeline(timer(5).pipe(map(() => s.event)))).toEqual([
        [5, 'spawned'],
        [5, 'complete'],
      ]);
    });
  });

  it('refuses to go on for ever', () => {
    const forever = () =>
      lifecycle(({ timeline }) => timeline(interval(1_000).pipe(map(() => s.event))), { maxTime: 60_000 });
    expect(forever).toThrow(RxvisorError);
    expect(forever).toThrow(
      'lifecycle: timeline: The stream does not end; the test was ended after 1m of virtual time.',
    );
  });

  it('proves an operator on the events of the legend', () => {
    lifecycle(({ cold, timeline }) => {
      const run$ = cold('s 1s (x|)', events);
      expect(timeline(run$.pipe(restartAt([])))).toEqual([
        [0, 'spawned'],
        [1_001, 'exited'],
        [1_001, 'gaveUp'],
        [1_001, 'complete'],
      ]);
    });
  });
});
