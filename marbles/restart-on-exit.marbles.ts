import { restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A clean exit, and yet again',
  prose: 'With restartOn: exit, a child is run again however it ended.',
  inputs: { run$: 'sr 2s z' },
  until: '6s',
  policy: ({ run$ }) => run$.pipe(restartAt([100, 500], { restartOn: 'exit' })),
  expected: 'sr 2s zb 100ms sr 2s zb 500ms sr 1s 400ms ...',
} satisfies Policy;
