import { permanentOn, restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'An end that no restart mends',
  prose: 'Whatever made it exit with code 1, it will be there in 100 ms too: the child is given up at once.',
  inputs: { run$: 'sr 2s x' },
  policy: ({ run$ }) => run$.pipe(permanentOn([1]), restartAt([100, 500])),
  expected: 'sr 2s xg|',
} satisfies Policy;
