import { isManaged, isStopMessage } from './manager.js';

let listeners = 0;

/**
 * Calls `handler` with each message the manager sends. As long as somebody listens, the channel keeps this process
 * alive.
 *
 * @param handler gets the message, and the socket or server sent with it, if any
 * @returns a function that stops listening
 * @example
 * ```ts
 * import { onMessage, send } from 'rxvisor/child';
 *
 * onMessage((message) => send({ echo: message }));
 * ```
 */
export function onMessage(handler: (message: unknown, handle: unknown) => void): () => void {
  if (!isManaged) return () => undefined;
  const listener = (message: unknown, handle: unknown): void => {
    if (!isStopMessage(message)) handler(message, handle);
  };
  process.on('message', listener);
  listeners += 1;
  process.channel?.ref();
  let listening = true;
  return () => {
    if (!listening) return;
    listening = false;
    process.off('message', listener);
    listeners -= 1;
    if (listeners === 0) process.channel?.unref();
  };
}
