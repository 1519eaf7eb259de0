import { restForOne } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'Rest for one',
  prose:
    'The members after the failed one stop, the last one first. Then the failed one and these start again, in order.',
  inputs: {
    children: { store: ['s 1s r'], api: ['s 1s r 5s x', 's 1s r'], web: ['s 1s r'] },
    onStop: 500,
  },
  until: '12s',
  policy: ({ child, command$ }) =>
    restForOne([child('store'), child('api'), child('web')], { restartAt: [1_000] })(command$),
  expected: {
    store: 's 1s r 11s ...',
    api: '1s s 1s r 5s xg 500ms b 1s s 1s r 2s 500ms ...',
    web: '2s s 1s r 4s p 500ms q 2s s 1s r 1s 500ms ...',
  },
} satisfies Policy;
