import { checkHandler } from '../child/manager.js';
import { asList, frames } from '../ipc/frames.js';
import { encodeError, encodeWithin, UnreadableError } from '../ipc/sentError.js';
import { checkArgument } from '../model/check.js';
import { name } from '../model/checks.js';
import { type Link, link } from './link.js';

/**
 * Calls `handler` with the payload of each event of that name that the pool broadcasts. Its result, which may be a promise, is the
 * answer. With several handlers, the answer is the first result that is not undefined.
 *
 * @returns a function that removes the handler
 * @example
 * ```ts
 * import { on } from 'rxvisor/worker';
 *
 * on('reload', async (settings) => ({ reloaded: settings }));
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the user knows the type of the payload
export function on<T = unknown>(event: string, handler: (payload: T) => unknown): () => void {
  checkArgument('event', event, name);
  checkHandler(handler);
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the user knows the type of the payload
  const typedHandler = handler as (payload: unknown) => unknown;
  const list = handlers.get(event) ?? new Set();
  handlers.set(event, list.add(typedHandler));
  return () => {
    list.delete(typedHandler);
    if (list.size === 0 && handlers.get(event) === list) handlers.delete(event);
  };
}

/**
 * Sends an event to the pool, where `pool.on$(event)` emits it.
 *
 * @param payload a value that the structured clone algorithm supports
 * @returns the answer of a subscriber. Undefined if there is no subscriber, or none answers
 * @throws as a rejection: a payload that cannot be sent, or the error of the answer
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

/** The handlers of each event, in the order of their registration. */
const handlers: Map<string, Set<(payload: unknown) => unknown>> = new Map<string, Set<(payload: unknown) => unknown>>();

/** Receives the events of the pool. */
export function receiveEvents(link: Link): void {
  link.on(frames.event, (_type, id, value) => void answer(link, id, value));
}

/** Calls all handlers; the first answer that is not undefined counts. */
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
