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

/** Requests a restart when a run has written `count` lines with an error within `ms`. */
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
  prose: 'A small operator watches the output of a run, and sends a restart command after three error lines.',
  legend: { o: 'a line with an error' },
  inputs: {
    run$: ['sr 2s o 8s o 3s o 2s o', 'sr'],
    outputs: ['error: a\n', 'error: b\n', 'error: c\n', 'error: d\n'],
  },
  until: '16s',
  policy: ({ run$, act$, command$ }) =>
    run$.pipe(restartOnErrors(3, 10_000, command$), stopWith(command$, { act$ }), restartAt([100], { command$ })),
  expected: 'sr 2s o 8s o 3s o 2s op 50ms qsr 950ms ...',
} satisfies Policy;
