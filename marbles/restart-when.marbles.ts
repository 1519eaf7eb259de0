import { restartAt, restartWhen, stopWith, withCommands } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'Restart by a trigger',
  prose:
    'Each value of the trigger causes a restart. In a back-off, the next run starts at once. A run has its grace period to end. Values during that time cause no second restart.',
  legend: { v: 'a value' },
  inputs: { run$: ['sr 10s x', 'sr'], streams: { config$: '15s v 10s v 20ms v' }, command$: '27s S' },
  policy: ({ run$, act$, command$, stream$ }) =>
    withCommands(command$.pipe(restartWhen(stream$('config$'), 'config')), (command$) =>
      run$.pipe(stopWith(command$, { act$ }), restartAt([30_000], { command$ })),
    ),
  expected: 'sr 10s xb 5s sr 10s p 50ms qsr 1s 950ms p 50ms q|',
} satisfies Policy;
