import { defaultDelays, restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

const crashes = Array.from({ length: 9 }, () => 'sr 1s x');

export default {
  title: 'The default schedule',
  prose:
    'Each wait is longer than the one before; the last one, a quarter of an hour, repeats for ever. After a run of half an hour, all starts over.',
  inputs: { run$: [...crashes, 'sr 31m x', 'sr'] },
  until: '1h 8m',
  policy: ({ run$ }) => run$.pipe(restartAt(defaultDelays)),
  expected: `sr 1s xb 100ms sr 1s xb 500ms sr 1s xb 1s sr 1s xb 10s sr 1s xb 30s sr 1s xb 1m sr 1s xb 5m sr 1s xb 15m
    sr 1s xb 15m sr 30m t 1m xb 100ms sr 9s 300ms ...`,
} satisfies Policy;
