import { giveUpOn, restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'An end that no restart repairs',
  prose: 'The cause of exit code 1 will still be there in 100 ms. The child is given up at once.',
  inputs: { run$: 'sr 2s x' },
  policy: ({ run$ }) => run$.pipe(giveUpOn([1]), restartAt([100, 500])),
  expected: 'sr 2s xg|',
} satisfies Policy;
