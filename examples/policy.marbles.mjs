// A restart policy is an operator. This tests an hour of crashes in a few milliseconds of virtual time.
import assert from 'node:assert/strict';
import { takeWhile } from 'rxjs';
import { lifecycle } from 'rxvisor/testing';
/** @import { ChildEvent } from 'rxvisor' */

// The schedule: 100 ms after the first crash, 15 minutes after every later one. A stable run resets it.
lifecycle(({ fake, managed, expectLifecycle, expectSubscriptions }) => {
  const child = fake(['s 2s x', 's 2s x', 's 31m x', 's']);
  expectLifecycle(managed(child, { restartAt: [100, 900_000] })).toBe(`
    (sr) 1997ms (xb) 96ms
    (sr) 1997ms (xb) 14m 59s 996ms
    (sr) 29m 59s 996ms t 1m (xb) 96ms
    (sr) ...`);
  expectSubscriptions(child.spawns).toBe([
    '          ^ 2s !',
    '2101ms    ^ 2s !',
    '15m 4102ms ^ 31m !',
    '46m 4203ms ^ --- !',
  ]);
});
console.log('passed: the schedule, and its reset by a stable run');

// A policy of your own, made of RxJS operators: no restart after the third crash in a row.
lifecycle(({ fake, managed, expectLifecycle }) => {
  const policy = takeWhile((/** @type {ChildEvent} */ event) => event.type !== 'backingOff' || event.crashes < 3);
  const event$ = managed(fake(['s 2s x']), { restartAt: [100, 500] }).pipe(policy);
  expectLifecycle(event$).toBe('(sr) 1997ms (xb) 96ms (sr) 1997ms (xb) 496ms (sr) 1997ms (x|)');
});
console.log('passed: no restart after three crashes');

// Without marbles: a child that ignores a stop.
lifecycle(({ fake, managed, timeline }) => {
  const child = fake(['s'], { onStop: 'ignore' });
  assert.deepEqual(timeline(managed(child, { grace: 1_000 }, '5s S')), [
    [0, 'spawned'],
    [0, 'ready'],
    [5_000, 'stopping'],
    [6_000, 'killed'],
    [6_000, 'exited'],
    [6_000, 'complete'],
  ]);
  assert.deepEqual(
    child.signals.map(({ frame, signal }) => [frame, signal]),
    [
      [5_000, 'SIGTERM'],
      [6_000, 'SIGKILL'],
    ],
  );
});
console.log('passed: a child that ignores a stop is killed after its grace period');
