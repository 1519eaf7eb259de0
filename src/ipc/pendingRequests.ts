import type { Encoded } from './encode.js';
import { frames } from './frames.js';
import type { FrameWriter } from './frameWriter.js';
import { UnreadableError } from './sentError.js';

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

/** Events that this side has sent, and whose answers it waits for. */
export interface PendingReplies {
  /** Sends an event; its answer resolves, or what its handler threw rejects. */
  readonly ask: (event: Encoded) => Promise<unknown>;
  /** Whether the frame was an answer. */
  readonly take: (type: number, id: number, value: unknown) => boolean;
  /** There will be no answers any more. */
  readonly cut: (reason: () => unknown) => void;
}

interface Asked {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export function pendingReplies(send: FrameWriter['send']): PendingReplies {
  const asked = pendingRequests<number, Asked>((count) => count);
  return {
    ask: async (event) =>
      new Promise((resolve, reject) => {
        send(frames.event, asked.add({ resolve, reject }), event);
      }),
    take: (type, id, value) => {
      if (type !== frames.reply && type !== frames.replyFail) return false;
      const found = asked.take(id);
      if (type === frames.replyFail || value instanceof UnreadableError) found?.reject(value);
      else found?.resolve(value);
      return true;
    },
    cut: (reason) => {
      asked.takeAll(({ reject }) => {
        reject(reason());
      });
    },
  };
}
