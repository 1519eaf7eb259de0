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
