import { restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A program that cannot be started',
  prose:
    'A program that cannot be started counts as a crash. The next try may succeed: the disk may be mounted by then.',
  inputs: { run$: ['f', 'f', 's 100ms r'] },
  until: '2s',
  policy: ({ run$ }) => run$.pipe(restartAt([100, 500])),
  expected: 'fb 100ms fb 500ms s 100ms r 1s 300ms ...',
} satisfies Policy;
