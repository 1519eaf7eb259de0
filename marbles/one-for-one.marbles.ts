import { oneForOne } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'One for one',
  prose:
    'Members start in order, each when the one before is ready. The member that gives up starts again. The others keep running.',
  inputs: {
    children: { store: ['s 1s r'], api: ['s 1s r 5s x', 's 1s r'], web: ['s 1s r'] },
    onStop: 500,
  },
  until: '12s',
  policy: ({ child, command$ }) =>
    oneForOne([child('store'), child('api'), child('web')], { restartAt: [1_000] })(command$),
  expected: {
    store: 's 1s r 11s ...',
    api: '1s s 1s r 5s xgb 1s s 1s r 3s ...',
    web: '2s s 1s r 9s ...',
  },
} satisfies Policy;
