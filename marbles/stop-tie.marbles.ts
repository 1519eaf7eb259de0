import { restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A stop at the last moment',
  prose: 'The stop comes in the same millisecond as the end of the back-off. The stop has priority: no run follows.',
  inputs: { run$: 'sr 2s x', command$: '3s S' },
  policy: ({ run$, command$ }) => run$.pipe(restartAt([1_000], { command$ })),
  expected: 'sr 2s xb 1s p|',
} satisfies Policy;
