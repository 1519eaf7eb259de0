import { startAfter } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'Start after what never comes',
  prose: 'When it is clear that the other will never be ready, the child is given up without having been started.',
  inputs: { run$: 's 100ms r', streams: { ready$: '3s |' } },
  policy: ({ run$, stream$ }) => run$.pipe(startAfter(stream$('ready$'))),
  expected: '3s g|',
} satisfies Policy;
