import { encodeWithin } from '../wire/encodeWithin.js';
import { frames } from '../wire/frames.js';
import { asList } from '../wire/listOf.js';
import { encodeError } from '../wire/sentError.js';
import { UnreadableError } from '../wire/unreadableError.js';
import type { Link } from './link.js';

/** The handlers of each event, in the order they came. */
export const handlers: Map<string, Set<(payload: unknown) => unknown>> = new Map<
  string,
  Set<(payload: unknown) => unknown>
>();

/** Hears the events of the pool. */
export function receiveEvents(link: Link): void {
  link.on(frames.event, (_type, id, value) => void answer(link, id, value));
}

/** All handlers are called; the first answer that is one counts. */
async function answer({ send, limit }: Link, id: number, value: unknown): Promise<void> {
  try {
    if (value instanceof UnreadableError) throw value;
    const [event, payload] = asList(value);
    const called = [...(handlers.get(String(event)) ?? [])].map(
      async (handler): Promise<unknown> => await handler(payload),
    );
    const answers = await Promise.all(called);
    const answer = answers.find((one) => one !== undefined);
    send(frames.reply, id, encodeWithin(answer, limit, 'answer'));
  } catch (error) {
    send(frames.replyFail, id, encodeError(error, limit));
  }
}
