// A restart policy is an operator, so it is proven in virtual time: an hour of crashes in a few milliseconds.
import assert from 'node:assert/strict';
import { takeWhile } from 'rxjs';
import { lifecycle } from 'rxvisor/testing';

// The schedule: 100 ms after the first crash, a quarter of an hour after every later one, until a run was stable.
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
console.log('proven: the schedule, and that a stable run starts it over');

// A policy of one's own, of any operators there are: down for good at the third crash since it was last stable.
lifecycle(({ fake, managed, expectLifecycle }) => {
  const policy = takeWhile(
    (/** @type {import('rxvisor').ChildEvent} */ event) => event.type !== 'backingOff' || event.crashes < 3,
  );
  const event$ = managed(fake(['s 2s x']), { restartAt: [100, 500] }).pipe(policy);
  expectLifecycle(event$).toBe('(sr) 1997ms (xb) 96ms (sr) 1997ms (xb) 496ms (sr) 1997ms (x|)');
});
console.log('proven: three crashes are enough');

// For those whom marbles tire: a stop, and a child that is deaf to it.
lifecycle(({ fake, managed, timeline }) => {
  const deaf = fake(['s'], { onStop: 'ignore' });
  assert.deepEqual(timeline(managed(deaf, { grace: 1_000 }, '5s S')), [
    [0, 'spawned'],
    [0, 'ready'],
    [5_000, 'stopping'],
    [6_000, 'killed'],
    [6_000, 'exited'],
    [6_000, 'complete'],
  ]);
  assert.deepEqual(
    deaf.signals.map(({ frame, signal }) => [frame, signal]),
    [
      [5_000, 'SIGTERM'],
      [6_000, 'SIGKILL'],
    ],
  );
});
console.log('proven: what is deaf is killed when its grace is over');
