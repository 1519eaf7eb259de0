import { restForOne } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A group is stopped',
  prose: 'In reverse order: each member stops when the one after it has ended.',
  inputs: { children: { store: ['s 1s r'], api: ['s 1s r'], web: ['s 1s r'] }, onStop: 500, command$: '5s S' },
  policy: ({ child, command$ }) => restForOne([child('store'), child('api'), child('web')])(command$),
  expected: {
    store: 's 1s r 5s p 500ms q|',
    api: '1s s 1s r 3s 500ms p 500ms q 500ms |',
    web: '2s s 1s r 2s p 500ms q 1s |',
  },
} satisfies Policy;
