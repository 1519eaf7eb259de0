import { restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A stop in the back-off',
  prose: 'Between two runs there is nothing to stop: the back-off ends at once, and no run follows.',
  inputs: { run$: 'sr 2s x', command$: '2s 300ms S' },
  policy: ({ run$, command$ }) => run$.pipe(restartAt([1_000], { command$ })),
  expected: 'sr 2s xb 300ms p|',
} satisfies Policy;
