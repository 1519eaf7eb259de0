import { restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'Never',
  prose: '[0] and [] mean: never restart. gaveUp follows a crash.',
  inputs: { run$: 'sr 2s x' },
  policy: ({ run$ }) => run$.pipe(restartAt([0])),
  expected: 'sr 2s xg|',
} satisfies Policy;
