import { oneForAll } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'One for all',
  prose: 'All other members stop, the last one first. Then all members start again, in order.',
  inputs: {
    children: { store: ['s 1s r'], api: ['s 1s r 5s x', 's 1s r'], web: ['s 1s r'] },
    onStop: 500,
  },
  until: '13s',
  policy: ({ child, command$ }) =>
    oneForAll([child('store'), child('api'), child('web')], { restartAt: [1_000] })(command$),
  expected: {
    store: 's 1s r 6s 500ms p 500ms q 1s s 1s r 3s ...',
    api: '1s s 1s r 5s xg 1s b 2s s 1s r 2s ...',
    web: '2s s 1s r 4s p 500ms q 3s 500ms s 1s r 1s ...',
  },
} satisfies Policy;
