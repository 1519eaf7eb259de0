import { RxvisorError } from '../../model/errors.js';

/**
 * Explains the error of a manager that is older than this client: it does not know all methods and parameters of the client. Its own
 * message is no help to a user: it lists its methods, or shows the environment.
 */
export function explainOlderManager(cause: Error, method: string): Error {
  if (cause.message.startsWith(`method: '${method}'`)) {
    return new RxvisorError('ERR_CONTROL', `${method}: the manager does not know this request, ${REMEDY}`, { cause });
  }
  // Without a cause: its message shows the environment, which may hold secrets.
  if (cause.message.startsWith('extendEnv: unknown field')) {
    return new RxvisorError(
      'ERR_CONTROL',
      `${method}: the manager cannot replace the environment of a service, ${REMEDY}`,
    );
  }
  return cause;
}

const REMEDY =
  'because it runs an older rxvisor. Restart it. For the background manager, run: rxvisor save, rxvisor shutdown, rxvisor resurrect';
