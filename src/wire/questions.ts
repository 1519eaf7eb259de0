import type { Encoded } from './encode.js';
import { frames } from './frames.js';
import type { FrameWriter } from './frameWriter.js';
import { UnreadableError } from './unreadableError.js';

/** Events that this side has sent, and whose answers it waits for. */
export interface Questions {
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

export function questions(send: FrameWriter['send']): Questions {
  const asked = new Map<number, Asked>();
  let lastId = 0;
  return {
    ask: async (event) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        asked.set(lastId, { resolve, reject });
        send(frames.event, lastId, event);
      }),
    take: (type, id, value) => {
      if (type !== frames.reply && type !== frames.replyFail) return false;
      const found = asked.get(id);
      asked.delete(id);
      if (type === frames.replyFail || value instanceof UnreadableError) found?.reject(value);
      else found?.resolve(value);
      return true;
    },
    cut: (reason) => {
      for (const { reject } of asked.values()) reject(reason());
      asked.clear();
    },
  };
}
