import { ExitError, RxvisorError } from '../../model/errors.js';
import { describeRunEnd, type RunEnd, unknownEnd } from '../../model/runEnd.js';

/** The error of a request whose worker has died. */
export function workerDied(
  { number, lastPid }: { readonly number: number; readonly lastPid: number | undefined },
  deaths: number,
  end: RunEnd,
): ExitError {
  const process = lastPid === undefined ? '' : ` (pid ${String(lastPid)})`;
  const tries = deaths > 1 ? `; ${String(deaths)} workers have died with this request` : '';
  const text = `worker ${String(number)}${process} died before it answered${tries}.${describeRunEnd(end)}`;
  return new ExitError('ERR_WORKER_DIED', text, end);
}

/** The error of requests when all workers have failed. */
export function gaveUp({
  slots,
  lastEnd = unknownEnd,
}: {
  readonly slots: readonly unknown[];
  readonly lastEnd: RunEnd | undefined;
}): ExitError {
  const who = slots.length === 1 ? 'the worker' : `all ${String(slots.length)} workers`;
  return new ExitError(
    'ERR_GAVE_UP',
    `${who} failed: restart limit reached. Call pool.resize() to start new workers.${describeRunEnd(lastEnd)}`,
    lastEnd,
  );
}

/** The error of requests to a pool that has stopped, or is stopping. */
export function stopped(): RxvisorError {
  return new RxvisorError('ERR_STOPPED', 'the pool has been stopped, and takes no requests. Make another one.');
}

export function queueFull(waiting: number, max: number): RxvisorError {
  return new RxvisorError(
    'ERR_QUEUE_FULL',
    `the queue is full: ${String(waiting)} requests wait, and queue.max is ${String(max)}. Ask for less at once (viaPool does), raise it, or set queue.onFull to 'wait'.`,
  );
}

export function timedOut(timeout: number): RxvisorError {
  return new RxvisorError('ERR_TIMEOUT', `timeout: there was no answer within ${String(timeout)} ms`);
}

export function ranTooLong(runTimeout: number): RxvisorError {
  return new RxvisorError(
    'ERR_TIMEOUT',
    `runTimeout: the worker did not answer within ${String(runTimeout)} ms of getting the request`,
  );
}

/** The socket of a request did not reach its worker. */
export function handleRefused({ number }: { readonly number: number }, reason: string): RxvisorError {
  return new RxvisorError('ERR_SOCKET', `socket: could not be sent to worker ${String(number)}: ${reason}.`);
}
