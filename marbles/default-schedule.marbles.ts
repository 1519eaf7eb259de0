import { defaultDelays, restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

const crashes = Array.from({ length: 9 }, () => 'sr 1s x');

export default {
  title: 'The default schedule',
  prose:
    'Each delay is longer than the one before. The last one, 15 minutes, repeats. After a run of 30 minutes, the schedule starts over.',
  inputs: { run$: [...crashes, 'sr 31m x', 'sr'] },
  until: '1h 8m',
  policy: ({ run$ }) => run$.pipe(restartAt(defaultDelays)),
  expected: `sr 1s xb 100ms sr 1s xb 500ms sr 1s xb 1s sr 1s xb 10s sr 1s xb 30s sr 1s xb 1m sr 1s xb 5m sr 1s xb 15m
    sr 1s xb 15m sr 30m t 1m xb 100ms sr 9s 300ms ...`,
} satisfies Policy;
