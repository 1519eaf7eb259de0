import { expect, it } from 'vitest';
import { exitCodeAfter } from '../../../src/cli/manager/exitCodeAfter.js';
import type { State, Status, StoppingAll } from '../../../src/index.js';

type Exit = number | NodeJS.Signals | 'none' | 'notStarted';

const status = (name: string, exit: Exit, state: State = 'stopped'): Status => ({
  ...{ name, state, since: 0, attempt: 1, restarts: 0, crashes: 0 },
  ...(exit !== 'none' && { lastExit: { ...endOf(exit), uptime: 0 } }),
});
const cause = (name: string, exit: Exit, reason: StoppingAll['reason'] = 'exit'): StoppingAll => ({
  ...{ type: 'stoppingAll', name, attempt: 1, reason },
  ...endOf(exit),
});

function endOf(exit: Exit): Pick<StoppingAll, 'code' | 'signal'> {
  if (typeof exit === 'number') return { code: exit, signal: null };
  return { code: null, signal: exit === 'none' || exit === 'notStarted' ? null : exit };
}

it.each<[string, readonly Status[], StoppingAll | undefined, string | undefined, number]>([
  ['all ended', [status('web', 0), status('job', 0)], undefined, undefined, 0],
  ['one was stopped by a signal', [status('web', 'SIGTERM')], undefined, undefined, 0],
  ['one ended with a code that means done', [status('web', 3)], undefined, undefined, 0],
  ['one has failed', [status('web', 0), status('job', 7, 'failed')], undefined, undefined, 1],
  ['one has stopped all', [status('web', 'SIGTERM'), status('job', 3)], cause('job', 3), undefined, 3],
  ['one has stopped all, by a signal', [status('job', 'SIGSEGV', 'failed')], cause('job', 'SIGSEGV'), undefined, 139],
  ['it could not be started', [status('job', 'notStarted', 'failed')], cause('job', 'none', 'failure'), undefined, 1],
  ['it has failed with code 0', [status('job', 0, 'failed')], cause('job', 0, 'failure'), undefined, 1],
  ['it has ended with 0', [status('web', 'SIGTERM'), status('job', 0)], cause('job', 0), undefined, 0],
  ['with 0, after another has failed', [status('web', 7, 'failed'), status('job', 0)], cause('job', 0), undefined, 1],
  ['that of a service, which stopped all', [status('web', 7, 'failed'), status('job', 0)], cause('job', 0), 'job', 0],
  ['that of a service, stopped by another', [status('web', 0), status('job', 'SIGTERM')], cause('web', 0), 'job', 143],
  ['that of a service, at the end of all', [status('web', 0), status('job', 4)], undefined, 'job', 4],
  ['that of a service that has failed with code 0', [status('job', 0, 'failed')], undefined, 'job', 1],
  ['that of a service that has never run', [status('web', 0), status('job', 'none')], cause('web', 0), 'job', 1],
  ['that of a service that was deleted', [status('web', 0)], cause('web', 0), 'job', 1],
  ['of instances: the one that stopped all', [status('job', 0), status('job', 9)], cause('job', 0), 'job', 0],
  ['of instances: else the first not 0', [status('job', 0), status('job', 9)], cause('web', 0), 'job', 9],
  ['of instances: else 0', [status('job', 0), status('job', 0)], cause('web', 1), 'job', 0],
])('%s', (_, statuses, cause, exitCodeFrom, code) => {
  expect(exitCodeAfter(statuses, cause, exitCodeFrom)).toBe(code);
});
