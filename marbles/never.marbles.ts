import { restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'Never',
  prose: '[0], like [], says that there is no restart: a crash is followed by gaveUp.',
  inputs: { run$: 'sr 2s x' },
  policy: ({ run$ }) => run$.pipe(restartAt([0])),
  expected: 'sr 2s xg|',
} satisfies Policy;
