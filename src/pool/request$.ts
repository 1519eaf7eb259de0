import { Observable } from 'rxjs';
import { RxvisorError } from '../model/errors.js';
import type { PoolPlan } from './poolOptions.js';
import { checkRequest, type RequestOptions, type Response } from './requestOptions.js';
import type { Input } from './scheduler/inputs.js';
import { timedOut } from './scheduler/poolErrors.js';
import type { Ticket } from './scheduler/ticket.js';

export interface RequestContext {
  readonly plan: PoolPlan;
  readonly put: (input: Input) => void;
  readonly nextNumber: () => number;
}

/** A request as a cold Observable: the face of a ticket. */
export function request$<T>(context: RequestContext, data: unknown, options: RequestOptions): Observable<Response<T>> {
  checkRequest(options);
  const { plan, put, nextNumber } = context;
  const { timeout = plan.timeout, runTimeout = plan.runTimeout, retries = plan.retries, signal, stream } = options;
  // As they are now: the books of a key are kept by it until the request is over, and the object is the caller's.
  const kept = { key: options.key, stream, socket: options.socket };
  const response$ = new Observable<Response>((subscriber) => {
    const ticket: Ticket = {
      number: nextNumber(),
      createdAt: plan.scheduler.now(),
      data,
      options: kept,
      retries,
      subscriber,
      state: 'new',
      payload: undefined,
      runTimeout,
      slot: undefined,
      deaths: 0,
      answers: 0,
      released: false,
      overdue: false,
      deadline: undefined,
      runDeadline: undefined,
      onSettled: undefined,
      queue: undefined,
      before: undefined,
      after: undefined,
      chain: undefined,
    };
    if (signal?.aborted === true) {
      put({ type: 'drop', ticket, error: abortedBy(signal) });
      return undefined;
    }
    if (signal !== undefined) {
      const onAbort = (): void => put({ type: 'drop', ticket, error: abortedBy(signal) });
      signal.addEventListener('abort', onAbort, { once: true });
      ticket.onSettled = () => signal.removeEventListener('abort', onAbort);
    }
    // One that fails while its request waits is told of when that is sent; until then it is no uncaught exception.
    stream?.on('error', () => undefined);
    if (timeout !== Infinity) {
      ticket.deadline = plan.scheduler.schedule(() => put({ type: 'drop', ticket, error: timedOut(timeout) }), timeout);
    }
    put({ type: 'submit', ticket });
    return () => {
      if (ticket.state !== 'settled' && ticket.state !== 'dropped') put({ type: 'drop', ticket });
    };
  });
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- what comes over the wire is what the user says it is
  return response$ as Observable<Response<T>>;
}

function abortedBy({ reason }: AbortSignal): RxvisorError {
  return new RxvisorError('ERR_ABORTED', 'the request was aborted by its signal', { cause: reason });
}
