import { checkHandler } from '../child/manager.js';
import { RxvisorError } from '../model/errors.js';
import type { WorkerRequest } from './workerRequest.js';

/**
 * Answers the requests of the pool.
 *
 * What the handler gives is the answer: a value, a promise of one, or many in an async iterable or an Observable. What it
 * throws is the error of the request. A handler that is not async and returns nothing answers later, by
 * `request.respond`. Requests come once `ready()` has been called.
 *
 * @param handle called for each request; the last one given counts
 * @example
 * ```ts
 * import { ready, serve } from 'rxvisor/worker';
 *
 * serve(async ({ data }) => ({ echo: data }));
 * ready();
 * ```
 */
export function serve<T = unknown>(handle: (request: WorkerRequest<T>) => unknown): void {
  checkHandler(handle);
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- what comes over the wire is what the user says it is
  requestHandler.handle = handle as (request: WorkerRequest) => unknown;
}

/** Who answers the requests. */
export const requestHandler: { handle: (request: WorkerRequest) => unknown } = {
  handle: () => {
    throw new RxvisorError('ERR_OPTION', 'serve: this worker has no handler. Call serve() before ready().');
  },
};
