import { frames } from '../wire/frames.js';
import { listOf } from '../wire/listOf.js';
import { decodeError, encodeError } from '../wire/sentError.js';
import { encodeWithin } from './encodeWithin.js';
import type { Link } from './link.js';

interface Asked {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The handlers of each event, in the order they came. */
export const handlers: Map<string, Set<(payload: unknown) => unknown>> = new Map<
  string,
  Set<(payload: unknown) => unknown>
>();
const asked = new Map<number, Asked>();
let lastId = 0;

/** Sends an event; its answer resolves. */
export async function ask({ send, limit }: Link, event: string, payload: unknown): Promise<unknown> {
  const encoded = encodeWithin([event, payload], limit, 'event');
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    asked.set(id, { resolve, reject });
    send(frames.event, id, encoded);
  });
}

/** Hears the events of the pool, and the answers to one's own. */
export function hearEvents(link: Link): void {
  link.on(frames.event, (_type, id, value) => void answer(link, id, value));
  link.on(frames.reply, (_type, id, value) => {
    takeAsked(id)?.resolve(value);
  });
  link.on(frames.replyFail, (_type, id, value) => {
    takeAsked(id)?.reject(decodeError(value));
  });
}

function takeAsked(id: number): Asked | undefined {
  const found = asked.get(id);
  asked.delete(id);
  return found;
}

/** All handlers are called; the first answer that is one counts. */
async function answer({ send, limit }: Link, id: number, value: unknown): Promise<void> {
  try {
    const [event, payload] = listOf(value);
    const called = [...(handlers.get(String(event)) ?? [])].map(
      async (handler): Promise<unknown> => await handler(payload),
    );
    const answers = await Promise.all(called);
    const answer = answers.find((one) => one !== undefined);
    send(frames.reply, id, encodeWithin(answer, limit, 'answer'));
  } catch (error) {
    send(frames.replyFail, id, encodeError(error));
  }
}
