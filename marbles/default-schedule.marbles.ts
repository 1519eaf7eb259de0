import { defaultDelays, restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'The default schedule',
  prose:
    'A child that always crashes a second after it has started. Each wait is longer than the one before; the last one, a quarter of an hour, repeats for ever.',
  inputs: { run$: 'sr 1s x' },
  until: '37m',
  policy: ({ run$ }) => run$.pipe(restartAt(defaultDelays)),
  expected: `sr 1s xb 100ms sr 1s xb 500ms sr 1s xb 1s sr 1s xb 10s sr 1s xb 30s sr 1s xb 1m sr 1s xb 5m sr 1s xb 15m sr 1s xb 15m sr 1s xb
    8s 400ms ...`,
} satisfies Policy;
