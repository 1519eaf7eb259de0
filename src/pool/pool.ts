import type { Observable } from 'rxjs';
import type { SupervisorEvent } from '../supervisor/supervise.js';
import type { RequestOptions, Response } from './requestOptions.js';

/** Workers, and a queue in front of them. */
export interface Pool extends AsyncDisposable {
  /**
   * Asks a worker. Cold: subscribing enqueues the request, unsubscribing cancels it.
   *
   * ```text
   * request$   ------------(a|)        an answer
   * request$   ---a--a-----a-|         several, from an async iterable or an Observable
   * request$   ------#                 the error of the handler, as it was thrown, or an RxvisorError
   * ```
   * The payload is encoded as it is enqueued; a `Buffer` or `Uint8Array` is sent as it is, without a copy.
   *
   * Errors: ERR_TIMEOUT, ERR_ABORTED, ERR_QUEUE_FULL, ERR_WORKER_DIED, ERR_STOPPED, ERR_GAVE_UP, ERR_PAYLOAD,
   * ERR_TOO_LARGE and ERR_SOCKET. ERR_WORKER_DIED and ERR_GAVE_UP are an ExitError, which says how the worker ended.
   *
   * @param payload whatever a structured clone can carry
   * @throws RxvisorError with code ERR_OPTION, at once
   */
  readonly request$: <T = unknown>(payload?: unknown, options?: RequestOptions) => Observable<Response<T>>;
  /**
   * Emits when all workers have said that they are ready, at once if they have, and again when they are after one was
   * not. Errors with ERR_GAVE_UP when no worker is left to come.
   */
  readonly online$: Observable<PoolStatus>;
  /** Each run of a worker, as it is started. */
  readonly spawned$: Observable<{ readonly worker: number; readonly pid: number }>;
  /** The memory of all workers: each is asked on subscribing, and then once a second. One that is blocked is as it last said. */
  readonly health$: Observable<readonly WorkerHealth[]>;
  /** How it is now, then again whenever a worker's state changes. */
  readonly status$: Observable<PoolStatus>;
  /** The events of the workers as children: their output, how they ended, whether they are restarted. */
  readonly event$: Observable<SupervisorEvent>;
  /**
   * Sends an event to all workers that run, and gives their answers, or what they failed with, by worker.
   *
   * @throws as a rejection, RxvisorError with code ERR_PAYLOAD
   */
  readonly broadcast: (event: string, payload?: unknown) => Promise<readonly BroadcastAnswer[]>;
  /** The events of that name that workers emit. */
  readonly on$: <T = unknown>(event: string) => Observable<PoolEvent<T>>;
  /**
   * Starts more workers, or takes some out, each once it has finished what it has in hand. Workers that have been given up
   * are replaced. Resolves when the new ones are ready, or have failed, and the old ones gone.
   *
   * @throws SpecError, as a rejection
   */
  readonly resize: (size: number) => Promise<void>;
  /** Finishes all requests it has taken, and takes no more; `onSoftStop` handlers are awaited. Resolves when all are gone. */
  readonly softStop: () => Promise<void>;
  /** Fails all requests, and stops the workers within their grace. Resolves when all are gone. */
  readonly hardStop: () => Promise<void>;
  /** How many requests its workers can have in hand, all in all, as they are now. With `min`, those it may yet start count, too, as far as the queue takes requests for them. */
  readonly capacity: () => number;
}

/** An event that a worker has emitted. */
export interface PoolEvent<T = unknown> {
  /** The number of the worker. */
  readonly worker: number;
  readonly event: string;
  readonly data: T;
  /**
   * Answers, with a value or a promise of one. The first answer counts.
   *
   * @returns false when somebody has answered before
   * @throws RxvisorError with code ERR_ANSWERED when it is not called as the event is delivered: an event that nobody
   * has answered by then has been answered with undefined. Answer with a promise, if it takes time.
   */
  readonly respond: (answer: unknown) => boolean;
}

/** What a worker has answered to a broadcast; undefined if it has no handler. Or what it failed with. */
export type BroadcastAnswer =
  { readonly worker: number; readonly data: unknown } | { readonly worker: number; readonly error: unknown };

/** A pool at a glance. */
export interface PoolStatus {
  /** `starting` until all workers are ready, with `min` so many; `failed` when none is left to come. */
  readonly state: 'starting' | 'online' | 'draining' | 'stopped' | 'failed';
  /** How many workers it is to have; with `min`, at most. */
  readonly size: number;
  /** Requests that wait for a worker. */
  readonly queued: number;
  /** Requests that workers have in hand. */
  readonly outstanding: number;
  readonly workers: readonly WorkerStatus[];
}

/** A worker at a glance. */
export interface WorkerStatus {
  /** From 1, the same over restarts; never reused. */
  readonly worker: number;
  readonly pid: number | undefined;
  /** `down` is between two runs; after `failed` no run will follow; `leaving` gets no more requests, as an unresponsive worker. */
  readonly state: 'starting' | 'ready' | 'busy' | 'leaving' | 'down' | 'failed';
  readonly outstanding: number;
  /** Sockets and servers it was handed that are still open. */
  readonly sockets: number;
  /** Requests its present run was sent. */
  readonly served: number;
  /** In bytes, as it last said. */
  readonly rss: number | undefined;
}

/** The memory of a worker, in bytes, as it last said. */
export interface WorkerHealth {
  readonly worker: number;
  readonly pid: number;
  readonly rss: number;
  readonly heapTotal: number;
  readonly heapUsed: number;
}
