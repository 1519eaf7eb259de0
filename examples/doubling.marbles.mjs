// A schedule of one's own: every wait is twice the last one, and up to a half shorter or longer, so that a hundred
// children that crashed together do not come back together.
import { repeat, timer } from 'rxjs';
import { child$ } from 'rxvisor';
import { lifecycle } from 'rxvisor/testing';

/** @type {(from: number, random?: () => number) => import('rxjs').MonoTypeOperatorFunction<import('rxvisor').ChildEvent>} */
const doubling =
  (from, random = Math.random) =>
  (run$) =>
    run$.pipe(repeat({ delay: (crashes) => timer(from * 2 ** (crashes - 1) * (0.5 + random())) }));

lifecycle(({ fake, expectLifecycle }) => {
  const crasher$ = child$({ command: 'app' }, { effects: fake(['s--- x']) });
  expectLifecycle(crasher$.pipe(doubling(100, () => 0.5))).toBe('(sr)x 99ms (sr)x 199ms (sr)x 399ms (sr) ...');
  expectLifecycle(crasher$.pipe(doubling(100, () => 0))).toBe('(sr)x 49ms (sr)x 99ms (sr)x 199ms (sr) ...');
});
console.log('proven: the delay doubles, give or take a half');
