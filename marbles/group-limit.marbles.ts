import { oneForAll } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'A group gives up',
  prose:
    'One restart in ten seconds is what this group may have. After the second failure it stops what is left of itself, and gives up as a whole.',
  inputs: { children: { store: ['s 1s r'], api: ['s 1s r 2s x'] }, obeys: 500 },
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
