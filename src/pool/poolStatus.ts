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
