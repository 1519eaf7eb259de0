import { exponential, restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'Exponential, up to a ceiling',
  prose: 'Each delay is three times as long as the one before, and at most two seconds.',
  inputs: { run$: 'sr 1s x' },
  until: '11s',
  policy: ({ run$ }) => run$.pipe(restartAt(exponential({ from: 100, factor: 3, to: 2_000 }))),
  expected: 'sr 1s xb 100ms sr 1s xb 300ms sr 1s xb 900ms sr 1s xb 2s sr 1s xb 2s sr 700ms ...',
} satisfies Policy;
