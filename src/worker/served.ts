import { RxvisorError } from '../model/errors.js';
import type { WorkerRequest } from './workerRequest.js';

/** Who answers the requests. */
export const requestHandler: { handle: (request: WorkerRequest) => unknown } = {
  handle: () => {
    throw new RxvisorError('ERR_OPTION', 'serve: this worker has no handler. Call serve() before ready().');
  },
};
