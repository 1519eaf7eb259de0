import { stopWith } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A stop that the child ignores',
  prose:
    'A child that ignores the request to stop is killed with its process group when its grace period is over: after 200 ms.',
  inputs: { run$: 's 100ms r', onStop: 'ignore', command$: '2s S' },
  policy: ({ run$, act$, command$ }) => run$.pipe(stopWith(command$, { act$, grace: 200 })),
  expected: 's 100ms r 1s 900ms p 200ms kq|',
} satisfies Policy;
