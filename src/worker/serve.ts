import { checkHandler } from '../child/manager.js';
import { RxvisorError } from '../model/errors.js';
import type { WorkerRequest } from './workerRequest.js';

/**
 * Sets the handler that answers the requests of the pool.
 *
 * The handler returns the answer: a value, a promise, or several values as an async iterable or an Observable. An error that it
 * throws is the error of the request. A handler that is not async and returns nothing answers later, by `request.respond`.
 * Requests arrive after `ready()`.
 *
 * @param handle called for each request; a second call of `serve` replaces it
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
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the user knows the type of the payload
  requestHandler.handle = handle as (request: WorkerRequest) => unknown;
}

/** The handler of requests. */
export const requestHandler: { handle: (request: WorkerRequest) => unknown } = {
  handle: () => {
    throw new RxvisorError('ERR_OPTION', 'serve: this worker has no handler. Call serve() before ready().');
  },
};
