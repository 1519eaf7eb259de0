import type { SchedulerLike } from 'rxjs';
import type { Effects } from '../effects.js';
import type { Balance } from './balance.js';

export interface PoolOptions {
  /** Requests fail if they are not over so many ms after they were enqueued. Default `Infinity`. */
  readonly timeout?: number | undefined;
  /** Requests fail if they are not over so many ms after they were sent to a worker. Default `Infinity`. */
  readonly runTimeout?: number | undefined;
  /** How many more workers a request gets when one dies of it, or with it. Default `0`. */
  readonly retries?: number | undefined;
  /** How many requests a worker has in hand at once. Default `16`; `1` for work that keeps a processor busy. */
  readonly concurrency?: number | undefined;
  /** How many requests wait at most, and what becomes of those beyond. Default `{ max: 10_000, onFull: 'error' }`. */
  readonly queue?: QueueOptions | undefined;
  /** Which worker gets a request. Default `'outstanding'`. */
  readonly balance?: Balance | undefined;
  /**
   * What becomes of a worker that for the `grace` of its spec does not let go of a request that nobody waits for any
   * more. `'replace'`: it gets no new requests, and another worker is started. Once that is ready, the worker finishes its
   * other requests and is stopped. If it is blocked, it is killed, and they go to other workers, beyond their `retries`.
   * `'leave'`: the request counts against its `concurrency`. Default `'leave'`.
   */
  readonly onUnresponsive?: 'replace' | 'leave' | undefined;
  /** Replaces workers that have done enough. Default: never. */
  readonly recycle?: RecycleOptions | undefined;
  /** The most bytes a request, an answer, an event or an error may have. Default `268_435_456`, 256 MiB; streams have no limit. */
  readonly maxFrame?: number | undefined;
  /** Stop hard when the manager gets SIGINT, SIGTERM, SIGHUP or SIGQUIT, unless somebody handles it. Default `true`. */
  readonly signals?: boolean | undefined;
  /** How to act upon the world. Default: for real. */
  readonly effects?: Effects | undefined;
  /** For all times. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

export interface QueueOptions {
  readonly max?: number | undefined;
  /** A request beyond `max` fails with ERR_QUEUE_FULL, or waits outside, not even encoded, until there is room. */
  readonly onFull?: 'error' | 'wait' | undefined;
}

/**
 * A worker that is beyond one of these is replaced: another one is started, and once that is ready, this one gets no more
 * requests, and is drained.
 */
export interface RecycleOptions {
  /** How many requests it was sent. `1`, with `concurrency: 1`: each request gets a process of its own. */
  readonly maxRequests?: number | undefined;
  /** In bytes. */
  readonly maxRss?: number | undefined;
  /** In ms since it was ready. */
  readonly maxAge?: number | undefined;
}
