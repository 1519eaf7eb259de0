import { restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A restart after a clean exit',
  prose: 'With restartOn: exit, a restart follows every end of a run.',
  inputs: { run$: 'sr 2s z' },
  until: '6s',
  policy: ({ run$ }) => run$.pipe(restartAt([100, 500], { restartOn: 'exit' })),
  expected: 'sr 2s zb 100ms sr 2s zb 500ms sr 1s 400ms ...',
} satisfies Policy;
