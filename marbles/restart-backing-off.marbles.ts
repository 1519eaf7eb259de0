import { restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A restart in the back-off',
  prose: 'A restart command ends the wait. The schedule starts over: the next crash counts as the first.',
  inputs: { run$: 'sr 2s x', command$: '2s 300ms R' },
  until: '6s',
  policy: ({ run$, command$ }) => run$.pipe(restartAt([10_000, 30_000], { command$ })),
  expected: 'sr 2s xb 300ms sr 2s xb 1s 700ms ...',
} satisfies Policy;
