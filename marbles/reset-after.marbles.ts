import { resetAfter, restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'Reset after being ready',
  prose:
    'The schedule starts over when a run has been ready for five seconds. The time until it is ready does not count.',
  inputs: { run$: ['s 8s r 1s x', 's 8s r 6s x', 's 8s r'] },
  until: '33s',
  policy: ({ run$ }) => run$.pipe(resetAfter(5_000), restartAt([100, 500, 1_000])),
  expected: 's 8s r 1s xb 100ms s 8s r 5s t 1s xb 100ms s 8s r 1s 800ms ...',
} satisfies Policy;
