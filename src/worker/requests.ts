import { jobs } from './jobs.js';
import type { WorkerRequest } from './workerRequest.js';

/** The requests that are not answered yet: a list of one's own, of the requests themselves. */
export function requests(): WorkerRequest[] {
  return jobs.all().map(({ request }) => request);
}
