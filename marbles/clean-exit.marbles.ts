import { restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A clean exit',
  prose: 'Code 0 is not a crash: the child is done, and no restart follows.',
  inputs: { run$: 'sr 2s z' },
  policy: ({ run$ }) => run$.pipe(restartAt([100, 500])),
  expected: 'sr 2s z|',
} satisfies Policy;
