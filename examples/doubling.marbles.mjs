// A schedule of your own: every delay is twice the one before, plus or minus up to a half at random.
// So a hundred children that crash together do not restart together.
import { repeat, timer } from 'rxjs';
import { child$ } from 'rxvisor';
import { lifecycle } from 'rxvisor/testing';
/**
 * @import { MonoTypeOperatorFunction } from 'rxjs'
 * @import { ChildEvent } from 'rxvisor'
 */

/** @type {(from: number, random?: () => number) => MonoTypeOperatorFunction<ChildEvent>} */
const doubling =
  (from, random = Math.random) =>
  (run$) =>
    run$.pipe(repeat({ delay: (crashes) => timer(from * 2 ** (crashes - 1) * (0.5 + random())) }));

lifecycle(({ fake, expectLifecycle }) => {
  const crasher$ = child$({ command: 'app' }, { effects: fake(['s--- x']) });
  expectLifecycle(crasher$.pipe(doubling(100, () => 0.5))).toBe('(sr)x 99ms (sr)x 199ms (sr)x 399ms (sr) ...');
  expectLifecycle(crasher$.pipe(doubling(100, () => 0))).toBe('(sr)x 49ms (sr)x 99ms (sr)x 199ms (sr) ...');
});
console.log('passed: the delay doubles, plus or minus a half');
