import { startAfter } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'Start after something that never comes',
  prose: 'The other child will never be ready. So this child does not start, and gaveUp follows.',
  inputs: { run$: 's 100ms r', streams: { ready$: '3s |' } },
  policy: ({ run$, stream$ }) => run$.pipe(startAfter(stream$('ready$'))),
  expected: '3s g|',
} satisfies Policy;
