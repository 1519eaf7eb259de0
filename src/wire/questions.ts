import type { Encoded } from './encode.js';
import { frames } from './frames.js';
import type { FrameWriter } from './frameWriter.js';
import { pendingRequests } from './pendingRequests.js';
import { UnreadableError } from './unreadableError.js';

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
