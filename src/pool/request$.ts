import { Observable } from 'rxjs';
import { RxvisorError } from '../model/errors.js';
import type { Desk } from './desk.js';
import type { PoolPlan } from './planPool.js';
import { checkRequest, type RequestOptions } from './requestOptions.js';
import type { Response } from './response.js';
import type { Ticket } from './ticket.js';

export interface RequestContext {
  readonly plan: PoolPlan;
  readonly desk: Desk;
  readonly nextNumber: () => number;
}

/** A request as a cold Observable: the face of a ticket. */
export function request$<T>(context: RequestContext, data: unknown, options: RequestOptions): Observable<Response<T>> {
  checkRequest(options);
  const { plan, desk, nextNumber } = context;
  const { timeout = plan.timeout, retries = plan.retries, signal, stream } = options;
  const response$ = new Observable<Response>((subscriber) => {
    const ticket: Ticket = {
      number: nextNumber(),
      createdAt: plan.scheduler.now(),
      data,
      options,
      retries,
      subscriber,
      state: 'new',
      payload: undefined,
      slot: undefined,
      deaths: 0,
      answers: 0,
      released: false,
      deadline: undefined,
      onSettled: undefined,
      queue: undefined,
      before: undefined,
      after: undefined,
      chain: undefined,
    };
    if (signal?.aborted === true) {
      desk.drop(ticket, abortedBy(signal));
      return undefined;
    }
    if (signal !== undefined) {
      const onAbort = (): void => desk.drop(ticket, abortedBy(signal));
      signal.addEventListener('abort', onAbort, { once: true });
      ticket.onSettled = () => signal.removeEventListener('abort', onAbort);
    }
    // One that fails while its request waits is told of when that is sent; until then it is no uncaught exception.
    stream?.on('error', () => undefined);
    if (timeout !== Infinity) {
      ticket.deadline = plan.scheduler.schedule(() => desk.drop(ticket, timedOut(timeout)), timeout);
    }
    desk.submit(ticket);
    return () => desk.drop(ticket);
  });
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- what comes over the wire is what the user says it is
  return response$ as Observable<Response<T>>;
}

function abortedBy({ reason }: AbortSignal): RxvisorError {
  return new RxvisorError('ERR_ABORTED', 'the request was aborted by its signal', { cause: reason });
}

function timedOut(timeout: number): RxvisorError {
  return new RxvisorError('ERR_TIMEOUT', `timeout: there was no answer within ${String(timeout)} ms`);
}
