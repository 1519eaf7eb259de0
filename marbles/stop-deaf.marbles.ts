import { stopWith } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A stop that is not heard',
  prose:
    'A child that ignores the request to stop is killed, with all of its group, when the grace is over: after 200 ms.',
  inputs: { run$: 's 100ms r', obeys: 'deaf', command$: '2s S' },
  policy: ({ run$, act$, command$ }) => run$.pipe(stopWith(command$, { act$, grace: 200 })),
  expected: 's 100ms r 1s 900ms p 200ms kq|',
} satisfies Policy;
