import { cron$, restartAt, restartWhen, stopWith, withCommands } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'Restart by the clock',
  prose: 'One restart every night at four. The long wait consists of several timers.',
  inputs: { run$: 'sr', command$: '30h S' },
  policy: ({ run$, act$, command$ }) =>
    withCommands(command$.pipe(restartWhen(cron$('0 4 * * *', { timezone: 'UTC' }), 'cron')), (command$) =>
      run$.pipe(stopWith(command$, { act$ }), restartAt([100], { command$ })),
    ),
  expected: 'sr 30m t 3h 30m p 50ms qsr 30m t 23h 29m 59s 950ms p 50ms qsr 30m t 1h 29m 59s 950ms p 50ms q|',
} satisfies Policy;
