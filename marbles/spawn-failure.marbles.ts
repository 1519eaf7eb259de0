import { restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A program that cannot be started',
  prose: 'A failed spawn is a crash on the schedule, not an exception: the disk may be mounted by the next time.',
  inputs: { run$: ['f', 'f', 's 100ms r'] },
  until: '2s',
  policy: ({ run$ }) => run$.pipe(restartAt([100, 500])),
  expected: 'fb 100ms fb 500ms s 100ms r 1s 300ms ...',
} satisfies Policy;
