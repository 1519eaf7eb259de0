// A restart policy is an operator, so it is proven in virtual time: half an hour of crashes in a few milliseconds.
import assert from 'node:assert/strict';
import { map, takeWhile } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { restartAt } from 'rxvisor';

/** @type {Record<'s' | 'x', import('rxvisor').ChildEvent>} */
const events = {
  s: { type: 'spawned', attempt: 1, pid: 1 },
  x: { type: 'exited', attempt: 1, code: 1, signal: null, uptime: 2_000, expected: false },
};
/** @type {Partial<Record<import('rxvisor').ChildEvent['type'], string>>} */
const letters = { spawned: 's', exited: 'x', backingOff: 'b' };

/** @type {(policy: import('rxjs').MonoTypeOperatorFunction<import('rxvisor').ChildEvent>, marbles: string) => void} */
function prove(policy, marbles) {
  new TestScheduler((actual, expected) => assert.deepEqual(actual, expected)).run(({ cold, expectObservable }) => {
    const crasher = cold('s 1999ms (x|)', events); // runs for two seconds, then crashes
    expectObservable(
      crasher.pipe(
        policy,
        map(({ type }) => letters[type]),
      ),
      '30m !',
    ).toBe(marbles);
  });
  console.log(`proven: ${marbles}`);
}

// The schedule: 100 ms after the first crash, a quarter of an hour after every later one.
prove(restartAt([100, 900_000]), 's 1999ms (xb) 96ms s 1999ms (xb) 899996ms s 1999ms (xb)');

// A policy of one's own, of any operators there are: down for good at the third crash since it was last stable.
prove(
  (run$) =>
    run$.pipe(
      restartAt([100, 500]),
      takeWhile((event) => event.type !== 'backingOff' || event.crashes < 3),
    ),
  's 1999ms (xb) 96ms s 1999ms (xb) 496ms s 1999ms (x|)',
);
