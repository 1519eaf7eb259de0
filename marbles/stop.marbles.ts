import { restartAt, stopWith } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A stop',
  prose: 'The child needs 50 ms to stop. No restart follows.',
  inputs: { run$: 's 100ms r', command$: '2s S', onStop: 50 },
  policy: ({ run$, act$, command$ }) =>
    run$.pipe(stopWith(command$, { act$, grace: 200 }), restartAt([100], { command$ })),
  expected: 's 100ms r 1s 900ms p 50ms q|',
} satisfies Policy;
