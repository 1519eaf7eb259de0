import { restartAt } from '../src/index.js';
import type { Policy } from './kit/policy.js';

const chances = [0.2, 0.5, 0.8, 0.2];
const random = (): number => chances.shift() ?? 0;

export default {
  title: 'Yours: a doubling delay, with jitter of your own',
  prose:
    'A schedule is a function from the number of crashes to a delay. This one doubles from 100 ms, and adds up to 50 ms at random.',
  inputs: { run$: 'sr 1s x' },
  until: '6s',
  policy: ({ run$ }) => run$.pipe(restartAt((crashes) => 100 * 2 ** (crashes - 1) + 50 * random())),
  expected: 'sr 1s xb 110ms sr 1s xb 225ms sr 1s xb 440ms sr 1s xb 810ms sr 415ms ...',
} satisfies Policy;
