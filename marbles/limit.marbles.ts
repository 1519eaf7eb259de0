import { restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A limit',
  prose: 'At most three restarts within any minute. After one more crash, no restart follows.',
  inputs: { run$: 'sr 5s x' },
  policy: ({ run$ }) => run$.pipe(restartAt([100], { limit: { max: 3, within: 60_000 } })),
  expected: 'sr 5s xb 100ms sr 5s xb 100ms sr 5s xb 100ms sr 5s xg|',
} satisfies Policy;
