import { RxvisorError } from '../model/errors.js';

/** What a pool says that has been stopped, or is about to. */
export function stopped(): RxvisorError {
  return new RxvisorError('ERR_STOPPED', 'the pool has been stopped, and takes no requests. Make another one.');
}
