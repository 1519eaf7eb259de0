import { restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A restart in the back-off',
  prose: 'Who does not want to wait says so. The count of crashes stays as it was.',
  inputs: { run$: 'sr 2s x', command$: '2s 300ms R' },
  until: '6s',
  policy: ({ run$, command$ }) => run$.pipe(restartAt([10_000, 30_000], { command$ })),
  expected: 'sr 2s xb 300ms sr 2s xb 1s 700ms ...',
} satisfies Policy;
