import { stopWith } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'An end at the last moment',
  prose: 'The child and its grace period end in the same millisecond: the child is not killed.',
  inputs: { run$: 's 100ms r', command$: '2s S', onStop: 200 },
  policy: ({ run$, act$, command$ }) => run$.pipe(stopWith(command$, { act$, grace: 200 })),
  expected: 's 100ms r 1s 900ms p 200ms q|',
} satisfies Policy;
