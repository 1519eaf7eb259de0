import { checkHandler } from '../child/manager.js';
import { asList, frames } from '../ipc/frames.js';
import { encodeError, encodeWithin, UnreadableError } from '../ipc/sentError.js';
import { checkArgument } from '../model/check.js';
import { name } from '../model/checks.js';
import { type Link, link } from './link.js';

/**
 * Calls `handler` with the payload of each event of that name that the pool broadcasts. What it gives, or resolves to,
 * is the answer; of several handlers, the first answer that is not undefined.
 *
 * @returns a function that takes the handler back
 * @example
 * ```ts
 * import { on } from 'rxvisor/worker';
 *
 * on('reload', async (settings) => ({ reloaded: settings }));
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the user says what comes over the wire
export function on<T = unknown>(event: string, handler: (payload: T) => unknown): () => void {
  checkArgument('event', event, name);
  checkHandler(handler);
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- what comes over the wire is what the user says it is
  const typedHandler = handler as (payload: unknown) => unknown;
  const list = handlers.get(event) ?? new Set();
  handlers.set(event, list.add(typedHandler));
  return () => {
    list.delete(typedHandler);
    if (list.size === 0 && handlers.get(event) === list) handlers.delete(event);
  };
}

/**
 * Sends an event of one's own to the pool, where it comes from `pool.on$(event)`.
 *
 * @param payload whatever a structured clone can carry
 * @returns the answer of who hears it there; undefined when nobody does, or nobody has one
 * @throws as a rejection, a payload that cannot be sent, and what the answer failed with
 * @example
 * ```ts
 * import { emit } from 'rxvisor/worker';
 *
 * console.log(await emit('settings', { of: 'mail' }));
 * ```
 */
export async function emit(event: string, payload?: unknown): Promise<unknown> {
  checkArgument('event', event, name);
  return link?.ask(encodeWithin([event, payload], link.limit, 'event'));
}

/** The handlers of each event, in the order they came. */
const handlers: Map<string, Set<(payload: unknown) => unknown>> = new Map<string, Set<(payload: unknown) => unknown>>();

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
