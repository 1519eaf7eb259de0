import { RxvisorError } from '../model/errors.js';
import { frames, WITH_SOCKET, WITH_STREAM } from '../wire/frames.js';
import { answerWith } from './answerWith.js';
import { createJob, type Enclosed, type Job } from './createJob.js';
import { reportHealth } from './health.js';
import { jobs } from './jobs.js';
import { type Link, link } from './link.js';
import { whenArrived } from './sockets.js';
import type { WorkerRequest } from './workerRequest.js';

let handler: ((request: WorkerRequest) => unknown) | undefined;

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
  if (typeof handle !== 'function') throw new RxvisorError('ERR_OPTION', 'serve: is not a handler. Give a function.');
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- what comes over the wire is what the user says it is
  handler = handle as (request: WorkerRequest) => unknown;
  if (link !== undefined) listen(link);
}

function listen(link: Link): void {
  link.on(frames.request, (type, id, data, createdAt) => {
    const stream = (type & WITH_STREAM) === 0 ? undefined : link.streams.accept(id);
    const take = (enclosed: Enclosed): void => {
      const job = createJob(link, { id, data, createdAt }, enclosed, over);
      jobs.add(job);
      begin(job);
    };
    if ((type & WITH_SOCKET) === 0) {
      take({ stream, socket: undefined });
      return;
    }
    whenArrived(id, (socket) => {
      take({ stream, socket });
      if (socket === undefined) jobs.get(id)?.fail(new Error('the socket had closed before it arrived'));
    });
  });
  link.on(frames.cancel, (_type, id) => {
    jobs.get(id)?.cancel(new RxvisorError('ERR_CANCELLED', 'nobody waits for the answer any more'));
  });

  function over(job: Job): void {
    jobs.remove(job);
    reportHealth(link);
  }
}

function begin(job: Job): void {
  try {
    answerWith(job, handler?.(job.request));
  } catch (error) {
    job.fail(error);
  }
}
