/** Requests that were sent and have no answer yet. Each has an id of its own, which its answer bears. */
export interface PendingRequests<Id, T> {
  readonly size: () => number;
  /** Gives the id for the request. */
  readonly add: (waiting: T) => Id;
  readonly get: (id: unknown) => T | undefined;
  /** Ends the wait of one request. Undefined: nobody waits under this id, any more or at all. */
  readonly take: (id: unknown) => T | undefined;
  /** Ends the wait of all there are, oldest first. `each` may end the wait of others, and add new ones. */
  readonly takeAll: (each: (waiting: T) => void) => void;
}

/** @param idOf the id of the n-th request, from 1 */
export function pendingRequests<Id, T>(idOf: (count: number) => Id): PendingRequests<Id, T> {
  const pending = new Map<unknown, T>();
  let count = 0;
  return {
    size: () => pending.size,
    add: (waiting) => {
      count += 1;
      const id = idOf(count);
      pending.set(id, waiting);
      return id;
    },
    get: (id) => pending.get(id),
    take,
    takeAll: (each) => {
      for (const id of [...pending.keys()]) {
        const waiting = take(id);
        if (waiting !== undefined) each(waiting);
      }
    },
  };

  function take(id: unknown): T | undefined {
    const waiting = pending.get(id);
    pending.delete(id);
    return waiting;
  }
}
