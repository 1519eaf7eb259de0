import { restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'Stable: the schedule starts over',
  prose: 'A run of restartOk, here 30 minutes, is stable: the next crash counts as the first.',
  inputs: { run$: ['sr 1s x', 'sr 1s x', 'sr 31m x', 'sr 1s x', 'sr'] },
  until: '31m 5s 200ms',
  policy: ({ run$ }) => run$.pipe(restartAt([100, 500, 1_000], { restartOk: 30 * 60_000 })),
  expected: 'sr 1s xb 100ms sr 1s xb 500ms sr 30m t 1m xb 100ms sr 1s xb 500ms sr 1s ...',
} satisfies Policy;
