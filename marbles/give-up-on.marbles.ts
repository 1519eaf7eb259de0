import { giveUpOn, restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'An end that a restart cannot fix',
  prose: 'giveUpOn lists exit code 1. So gaveUp follows the first such exit, and no restart.',
  inputs: { run$: 'sr 2s x' },
  policy: ({ run$ }) => run$.pipe(giveUpOn([1]), restartAt([100, 500])),
  expected: 'sr 2s xg|',
} satisfies Policy;
