import { asyncScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, it, expect } from 'vitest';
import { silentPipe$ } from '../../src/process/runControl.js';

describe('silentPipe$', () => {
  it.each([
    ['a silent pipe', '-', 'f', '100ms (o|)'],
    ['a pipe that speaks now and then', '50ms a 99ms a', 'f', '250ms (o|)'],
    ['a pipe that is never silent', Array.from({ length: 40 }, () => '49ms a').join(' '), 'f', '1s (o|)'],
    ['a pipe that ends', '50ms |', 'f', '100ms (o|)'],
    ['time that stands still while nothing is read', '-', 't 499ms f', '600ms (o|)'],
    ['and starts over each time', '-', 'f 59ms t 9ms f', '170ms (o|)'],
    ['nothing read for as long as the log may take', '-', 't', '5s (o|)'],
    ['read a little now and then by a slow log', '-', 't 3s f 19ms t 4s f', '7122ms (o|)'],
    ['an error', '10ms #', 'f', '10ms #'],
  ])('%s', (_what, activity, full, expected) => {
    const kinds = (received: unknown): unknown =>
      (received as { frame: number; notification: { kind: string } }[]).map(({ frame, notification: { kind } }) => [
        frame,
        kind,
      ]);
    new TestScheduler((actual, wanted) => {
      expect(kinds(actual)).toEqual(kinds(wanted));
    }).run(({ cold, hot, expectObservable }) => {
      const full$ = cold(full, { t: true, f: false });
      expectObservable(silentPipe$(hot(activity), full$, 5_000, asyncScheduler)).toBe(expected);
    });
  });
});
