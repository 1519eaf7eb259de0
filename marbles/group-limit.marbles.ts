import { oneForAll } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A group gives up',
  prose:
    'This group may restart once in ten seconds. After the second failure it stops its remaining members and gives up.',
  inputs: { children: { store: ['s 1s r'], api: ['s 1s r 2s x'] }, onStop: 500 },
  policy: ({ child, command$ }) =>
    oneForAll([child('store'), child('api')], {
      name: 'shop',
      restartAt: [1_000],
      limit: { max: 1, within: 10_000 },
    })(command$),
  expected: {
    store: 's 1s r 3s p 500ms q 1s s 1s r 3s p 500ms q|',
    api: '1s s 1s r 2s xg 500ms b 2s s 1s r 2s xg 500ms |',
    shop: '10s g|',
  },
} satisfies Policy;
