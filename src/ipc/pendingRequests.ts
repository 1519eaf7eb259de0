import type { Encoded } from './encode.js';
import { frames } from './frames.js';
import type { FrameWriter } from './frameWriter.js';
import { UnreadableError } from './sentError.js';

/** Requests without an answer. Each has an id, which is also the id of its answer. */
export interface PendingRequests<Id, T> {
  readonly size: () => number;
  /** Returns the id for the request. */
  readonly add: (waiting: T) => Id;
  readonly get: (id: unknown) => T | undefined;
  /** Removes a request. Undefined if there is no request with this id, or it is already removed. */
  readonly take: (id: unknown) => T | undefined;
  /** Removes all requests, oldest first. `each` may remove others, and add new ones. */
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

/** Events that this side has sent and that have no answer yet. */
export interface PendingReplies {
  /** Sends an event. Resolves with its answer; rejects with the error of its handler. */
  readonly ask: (event: Encoded) => Promise<unknown>;
  /** Handles a frame. Returns false if it is not an answer. */
  readonly take: (type: number, id: number, value: unknown) => boolean;
  /** Rejects all pending events, each with an error of its own. */
  readonly rejectAll: (error: () => unknown) => void;
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
    rejectAll: (error) => {
      asked.takeAll(({ reject }) => {
        reject(error());
      });
    },
  };
}
