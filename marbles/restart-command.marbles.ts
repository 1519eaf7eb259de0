import { restartAt, stopWith } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A restart command',
  prose: 'A restart is a stop, then a run at once. It does not count as a crash: the next crash is the first.',
  inputs: { run$: ['s 100ms r', 's 100ms r 1s x', 's'], command$: '2s R' },
  until: '4s',
  policy: ({ run$, act$, command$ }) => run$.pipe(stopWith(command$, { act$ }), restartAt([100, 500], { command$ })),
  expected: 's 100ms r 1s 900ms p 50ms qs 100ms r 1s xb 100ms s 750ms ...',
} satisfies Policy;
