import type { Observable } from 'rxjs';
import type { SupervisorEvent } from '../supervisor/supervise.js';
import type { RequestOptions, Response } from './requestOptions.js';

/** Workers and a queue of requests. */
export interface Pool extends AsyncDisposable {
  /**
   * Sends a request to a worker. Cold: a subscription enqueues the request, an unsubscription cancels it.
   *
   * ```text
   * request$   ------------(a|)        an answer
   * request$   ---a--a-----a-|         several, from an async iterable or an Observable
   * request$   ------#                 the error of the handler, unchanged, or an RxvisorError
   * ```
   * The payload is encoded when it is enqueued. A `Buffer` or `Uint8Array` is sent without a copy.
   *
   * Errors: ERR_TIMEOUT, ERR_ABORTED, ERR_QUEUE_FULL, ERR_WORKER_DIED, ERR_STOPPED, ERR_GAVE_UP, ERR_PAYLOAD,
   * ERR_TOO_LARGE and ERR_SOCKET. ERR_WORKER_DIED and ERR_GAVE_UP are an ExitError, with the end of the worker.
   *
   * @param payload a value that the structured clone algorithm supports
   * @throws RxvisorError with code ERR_OPTION, at once
   */
  readonly request$: <T = unknown>(payload?: unknown, options?: RequestOptions) => Observable<Response<T>>;
  /**
   * Emits when all workers are ready: at once if they are, and each time they are again. Errors with ERR_GAVE_UP when all workers
   * have failed.
   */
  readonly online$: Observable<PoolStatus>;
  /** Emits each run of a worker at its start. */
  readonly spawned$: Observable<{ readonly worker: number; readonly pid: number }>;
  /** The memory of all workers, at the subscription, and then once a second. For a blocked worker, it is the last known value. */
  readonly health$: Observable<readonly WorkerHealth[]>;
  /** The status now, and after every change of a worker's state. */
  readonly status$: Observable<PoolStatus>;
  /** The events of the workers as children: output, exits, restarts. */
  readonly event$: Observable<SupervisorEvent>;
  /**
   * Sends an event to all running workers. Resolves with the answer or the error of each.
   *
   * @throws as a rejection, RxvisorError with code ERR_PAYLOAD
   */
  readonly broadcast: (event: string, payload?: unknown) => Promise<readonly BroadcastAnswer[]>;
  /** The events of that name that workers emit. */
  readonly on$: <T = unknown>(event: string) => Observable<PoolEvent<T>>;
  /**
   * Changes the number of workers. A surplus worker leaves when its requests are finished. Failed workers are replaced. Resolves when
   * the new workers are ready or have failed, and the old ones have ended.
   *
   * @throws SpecError, as a rejection
   */
  readonly resize: (size: number) => Promise<void>;
  /** Finishes all accepted requests, and refuses new ones. Awaits `onSoftStop` handlers. Resolves when all workers have ended. */
  readonly softStop: () => Promise<void>;
  /** Fails all requests, and stops the workers within their grace period. Resolves when all workers have ended. */
  readonly hardStop: () => Promise<void>;
  /**
   * The number of requests that the workers can have open now, in total. With `min`, workers that the pool may start count too, as
   * far as the queue takes requests for them.
   */
  readonly capacity: () => number;
}

/** An event of a worker. */
export interface PoolEvent<T = unknown> {
  /** The number of the worker. */
  readonly worker: number;
  readonly event: string;
  readonly data: T;
  /**
   * Answers with a value or a promise. The first answer counts. Call it during the delivery of the event; if the answer takes time,
   * pass a promise.
   *
   * @returns false if another subscriber has answered before
   * @throws RxvisorError with code ERR_ANSWERED after the delivery: by then the answer is undefined
   */
  readonly respond: (answer: unknown) => boolean;
}

/** The answer of a worker to a broadcast, undefined if it has no handler; or its error. */
export type BroadcastAnswer =
  { readonly worker: number; readonly data: unknown } | { readonly worker: number; readonly error: unknown };

/** The state of a pool. */
export interface PoolStatus {
  /** `starting` until all workers are ready, with `min` that many; `failed` when all workers have failed. */
  readonly state: 'starting' | 'online' | 'draining' | 'stopped' | 'failed';
  /** The wanted number of workers; with `min`, the maximum. */
  readonly size: number;
  /** Requests that wait for a worker. */
  readonly queued: number;
  /** Requests that workers handle now. */
  readonly outstanding: number;
  readonly workers: readonly WorkerStatus[];
}

/** The state of a worker. */
export interface WorkerStatus {
  /** From 1. It stays the same over restarts, and is never reused. */
  readonly worker: number;
  readonly pid: number | undefined;
  /** `down`: between two runs. `failed`: no run follows. `leaving`: it gets no more requests, also because it is unresponsive. */
  readonly state: 'starting' | 'ready' | 'busy' | 'leaving' | 'down' | 'failed';
  readonly outstanding: number;
  /** Open sockets and servers that it was sent. */
  readonly sockets: number;
  /** Requests that were sent to its current run. */
  readonly served: number;
  /** In bytes, by its last report. */
  readonly rss: number | undefined;
}

/** The memory of a worker in bytes, by its last report. */
export interface WorkerHealth {
  readonly worker: number;
  readonly pid: number;
  readonly rss: number;
  readonly heapTotal: number;
  readonly heapUsed: number;
}
