import { restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'Not quite stable',
  prose: 'A run that ends at exactly restartOk was not stable: the second delay follows.',
  inputs: { run$: ['sr 1s x', 'sr 30m x', 'sr'] },
  until: '30m 3s',
  policy: ({ run$ }) => run$.pipe(restartAt([100, 500], { restartOk: 30 * 60_000 })),
  expected: 'sr 1s xb 100ms sr 30m xb 500ms sr 1s 400ms ...',
} satisfies Policy;
