import { exponential, restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

const chances = [0.25, 0.5, 0.75];

export default {
  title: 'Exponential, with jitter',
  prose:
    'Full jitter: each delay is random, from 0 to its full length. Here the random numbers are 0.25, 0.5 and 0.75.',
  inputs: { run$: 'sr 1s x' },
  until: '7s',
  policy: ({ run$ }) =>
    run$.pipe(restartAt(exponential({ from: 1_000, jitter: 1, random: () => chances.shift() ?? 0 }))),
  expected: 'sr 1s xb 750ms sr 1s xb 1s sr 1s xb 1s sr 1s xb 250ms ...',
} satisfies Policy;
