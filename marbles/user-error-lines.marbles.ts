import {
  bufferCount,
  connect,
  filter,
  ignoreElements,
  merge,
  type MonoTypeOperatorFunction,
  type Subject,
  take,
  tap,
  timestamp,
} from 'rxjs';
import { type ChildEvent, type Command, restartAt, stopWith } from '../src/index.js';
import type { Policy } from './kit/policy.js';

/** Asks for a restart when a run has said `count` lines with an error in them within `ms`. */
function restartOnErrors(count: number, ms: number, command$: Subject<Command>): MonoTypeOperatorFunction<ChildEvent> {
  return connect((event$) =>
    merge(
      event$,
      event$.pipe(
        filter((event) => event.type === 'output' && event.text.includes('error')),
        timestamp(),
        bufferCount(count, 1),
        filter((errors) => errors.length === count && errors.at(-1)!.timestamp - errors[0]!.timestamp < ms),
        take(1),
        tap(() => command$.next({ type: 'restart' })),
        ignoreElements(),
      ),
    ),
  );
}

export default {
  title: 'Yours: three error lines in ten seconds',
  prose:
    'An operator of a dozen lines that watches what a run says, and asks for a restart when it has complained too often.',
  legend: { o: 'a line with an error in it' },
  inputs: {
    run$: ['sr 2s o 8s o 3s o 2s o', 'sr'],
    outputs: ['error: a\n', 'error: b\n', 'error: c\n', 'error: d\n'],
  },
  until: '16s',
  policy: ({ run$, act$, command$ }) =>
    run$.pipe(restartOnErrors(3, 10_000, command$), stopWith(command$, { act$ }), restartAt([100], { command$ })),
  expected: 'sr 2s o 8s o 3s o 2s op 50ms qsr 950ms ...',
} satisfies Policy;
