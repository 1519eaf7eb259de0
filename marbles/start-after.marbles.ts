import { startAfter } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'Start after something else',
  prose: 'The first value starts the child.',
  legend: { v: 'a value' },
  inputs: { run$: 's 100ms r', streams: { ready$: '3s v 2s v' } },
  until: '6s',
  policy: ({ run$, stream$ }) => run$.pipe(startAfter(stream$('ready$'))),
  expected: '3s s 100ms r 2s 900ms ...',
} satisfies Policy;
