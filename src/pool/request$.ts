import { Observable, type Subscriber, type TeardownLogic } from 'rxjs';
import { RxvisorError } from '../model/errors.js';
import type { PoolPlan } from './poolOptions.js';
import { checkRequest, type RequestOptions, type Response } from './requestOptions.js';
import type { Input } from './scheduler/inputs.js';
import { timedOut } from './scheduler/poolErrors.js';
import type { Ticket, TicketOptions } from './scheduler/ticket.js';

export interface RequestContext {
  readonly plan: PoolPlan;
  readonly put: (input: Input) => void;
  readonly nextNumber: () => number;
  /** The options of a request without options. */
  readonly defaults: TicketOptions;
}

/** A request as a cold Observable. */
export function request$<T>(
  context: RequestContext,
  data: unknown,
  options: RequestOptions | undefined,
): Observable<Response<T>> {
  const given = options === undefined ? context.defaults : checkedOptions(options, context.plan);
  const response$ = new Observable<Response>((subscriber) => submit(context, data, given, subscriber));
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the user knows the type of the payload
  return response$ as Observable<Response<T>>;
}

function checkedOptions(options: RequestOptions, plan: PoolPlan): TicketOptions {
  checkRequest(options);
  return ticketOptions(options, plan);
}

/** A copy: the caller may change the object, but the scheduler needs the key until the request is over. */
export function ticketOptions(options: RequestOptions, plan: PoolPlan): TicketOptions {
  const { timeout = plan.timeout, runTimeout = plan.runTimeout, retries = plan.retries } = options;
  const { key, stream, socket, signal } = options;
  return { key, stream, socket, signal, timeout, runTimeout, retries };
}

function submit(
  { plan, put, nextNumber }: RequestContext,
  data: unknown,
  options: TicketOptions,
  subscriber: Subscriber<Response>,
): TeardownLogic {
  const { signal, stream, timeout } = options;
  const ticket: Ticket = {
    number: nextNumber(),
    createdAt: plan.scheduler.now(),
    data,
    options,
    subscriber,
    state: 'new',
    payload: undefined,
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
  if (signal !== undefined) dropOnAbort(ticket, signal, put);
  // A stream that fails while its request waits fails the request when it is sent. Until then it is no uncaught exception.
  stream?.on('error', () => undefined);
  if (timeout !== Infinity) dropAfter(ticket, timeout, put, plan);
  put({ type: 'submit', ticket });
  return () => {
    if (ticket.state !== 'settled' && ticket.state !== 'dropped') put({ type: 'drop', ticket });
  };
}

function dropOnAbort(ticket: Ticket, signal: AbortSignal, put: RequestContext['put']): void {
  const onAbort = (): void => put({ type: 'drop', ticket, error: abortedBy(signal) });
  signal.addEventListener('abort', onAbort, { once: true });
  ticket.onSettled = () => signal.removeEventListener('abort', onAbort);
}

function dropAfter(ticket: Ticket, timeout: number, put: RequestContext['put'], { scheduler }: PoolPlan): void {
  ticket.deadline = scheduler.schedule(() => put({ type: 'drop', ticket, error: timedOut(timeout) }), timeout);
}

function abortedBy({ reason }: AbortSignal): RxvisorError {
  return new RxvisorError('ERR_ABORTED', 'the request was aborted by its signal', { cause: reason });
}
