import { frames, WITH_SOCKET, WITH_STREAM } from '../ipc/frames.js';
import { type NumberTable, numberTable } from '../ipc/numberTable.js';
import { UnreadableError } from '../ipc/sentError.js';
import { RxvisorError } from '../model/errors.js';
import { answerWith } from './answerWith.js';
import { type Attachments, cancel, createJob, fail, type Job } from './job.js';
import type { Link } from './link.js';
import { reportHealth } from './ready.js';
import { requestHandler } from './serve.js';
import { abandon, closeLate, whenArrived } from './sockets.js';
import type { WorkerRequest } from './workerRequest.js';

/** Returns a new list of the open requests. */
export function requests(): WorkerRequest[] {
  return jobs.all().map(({ request }) => request);
}

/** The open requests, by number. */
const jobs: NumberTable<Job> = numberTable<Job>();

/** Receives requests of the pool, and calls the handler for each. */
export function receiveRequests(link: Link): void {
  link.on(frames.request, (type, id, data, createdAt) => {
    const stream = (type & WITH_STREAM) === 0 ? undefined : link.streams.accept(id);
    const take = (enclosed: Attachments): Job => {
      const job = createJob(link, { id, data, createdAt }, enclosed, over);
      jobs.add(job);
      return job;
    };
    if ((type & WITH_SOCKET) === 0) {
      begin(take({ stream, socket: undefined }));
      return;
    }
    whenArrived(id, (socket) => {
      const job = take({ stream, socket });
      if (socket === undefined) fail(job, new Error('the socket had closed before it arrived'));
      else begin(job);
    });
  });
  link.on(frames.cancel, (_type, id) => {
    const job = jobs.get(id);
    if (job !== undefined) cancel(job, new RxvisorError('ERR_CANCELLED', 'nobody waits for the answer any more'));
    // The socket of the request is still on its way.
    else if (abandon(id)) link.send(frames.done, id);
    else closeLate(id);
  });

  function over(job: Job): void {
    jobs.remove(job);
    reportHealth(link);
  }
}

function begin(job: Job): void {
  try {
    if (job.request.data instanceof UnreadableError) throw job.request.data;
    answerWith(job, requestHandler.handle(job.request));
  } catch (error) {
    fail(job, error);
  }
}
