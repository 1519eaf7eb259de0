import { NEVER, of, throwError, timer } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import {
  type CrashDigest,
  type CrashReport,
  notify,
  type NotifyOptions,
  type NotifySink,
} from '../../../src/session/index.js';
import { virtually } from '../../operators/virtually.js';

const crash = (message = 'boom', time = 0): CrashReport => ({
  name: 'web',
  attempt: 1,
  cause: 'error',
  error: { name: 'Error', message },
  stderr: [],
  time,
});
const values = { a: crash('a'), b: crash('b') };

/** The times of its notifications, and their numbers of crashes: `0: 1`. */
function notified(
  marbles: string,
  options: NotifyOptions = {},
  sink$: NotifySink = () => of(true),
  until = 0,
): string[] {
  return virtually(({ cold, clock, flush }) => {
    const seen: string[] = [];
    const notifying = notify(
      cold(marbles, values),
      (digest) => {
        seen.push(`${clock.now()}: ${digest.count}`);
        return sink$(digest);
      },
      {
        throttle: 10,
        scheduler: clock,
        onFailed: (error, { count }) => seen.push(`${clock.now()}: ${count} failed, ${String(error)}`),
        ...options,
      },
    );
    if (until > 0) timer(until).subscribe(() => notifying.unsubscribe());
    flush();
    if (marbles.includes('|')) expect(notifying.closed).toBe(true);
    if (notifying.closed) expect(clock.armed()).toBe(0);
    return seen;
  });
}

describe('notify', () => {
  it.each([
    ['never', '-', []],
    ['empty', '--|', []],
    ['one', '--a', ['2: 1']],
    ['two far apart', '--a 20ms b', ['2: 1', '23: 1']],
    ['those within the throttle in one digest', '-a-b-ab', ['1: 1', '11: 3']],
    [
      'a loop: one digest in each throttle',
      '(abab)-a-b-a-b-a-b-a-b-a-b-a-b-a-b-a-b',
      ['0: 1', '10: 5', '20: 5', '30: 5', '40: 4'],
    ],
    ['one at the very end of the throttle is sent then', '-a 9ms b', ['1: 1', '11: 1']],
    ['what is gathered at the end, at once', '-a-b-a|', ['1: 1', '6: 2']],
    ['an error of the source', '-a-b-#', ['1: 1', '5: 1 failed, error']],
  ])('%s', (_name, marbles, expected) => {
    expect(notified(marbles)).toEqual(expected);
  });

  it('unsubscribed early: sends no more, and leaves no timer', () => {
    expect(notified('-a-b-a', {}, () => of(true), 5)).toEqual(['1: 1']);
    expect(notified('-a-b-a', {}, () => NEVER, 5)).toEqual(['1: 1']);
  });

  it('a sink that is slower than the throttle gets one digest when it is done', () => {
    expect(notified('-a-b-a', {}, () => timer(50))).toEqual(['1: 1', '51: 2']);
  });

  it('one that fails, or throws, is reported, and tried at the next digest', () => {
    expect(notified('-a-b', {}, () => throwError(() => new Error('down')))).toEqual([
      '1: 1',
      '1: 1 failed, Error: down',
      '11: 1',
      '11: 1 failed, Error: down',
    ]);
    const throws = (): never => {
      throw new Error('thrown');
    };
    expect(notified('-a', {}, throws)).toEqual(['1: 1', '1: 1 failed, Error: thrown']);
  });

  it('by default warns of a failure, and sends at most once in 5 minutes', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const counts = virtually(({ cold, clock, flush }) => {
      const seen: number[] = [];
      notify(
        cold('a 299998ms a 1ms a', values),
        ({ count }) => {
          seen.push(clock.now(), count);
          return throwError(() => new Error('down'));
        },
        { scheduler: clock },
      );
      flush();
      return seen;
    });
    expect(counts).toEqual([0, 1, 300_000, 1, 600_000, 1]);
    expect(warned).toHaveBeenCalledWith('notify: Error: down', 'RxvisorWarning');
    warned.mockRestore();
  });

  it('a digest lists the latest crash of each kind, ten at most, with the key', () => {
    const digests: CrashDigest[] = [];
    const loop = Array.from({ length: 1_000 }, (_, n) => crash(`kind ${n % 12}`, n));
    virtually(({ clock }) => {
      notify(
        of(crash('first', -1), ...loop),
        (digest) => {
          digests.push(digest);
          return timer(1);
        },
        { key: 'secret', scheduler: clock },
      );
    });
    expect(digests.map(({ count, first, last, key }) => [count, first, last, key])).toEqual([
      [1, -1, -1, 'secret'],
      [1_000, 0, 999, 'secret'],
    ]);
    expect(digests[1]?.crashes.map(({ time }) => time)).toEqual(Array.from({ length: 10 }, (_, n) => 990 + n));
  });

  it.each([-1, NaN, Infinity])('refuses a throttle of %s', (throttle) => {
    expect(() => notify(NEVER, () => of(true), { throttle })).toThrow(`throttle: ${throttle} is not a delay.`);
  });
});
