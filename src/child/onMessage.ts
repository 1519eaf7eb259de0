import { checkHandler, holdChannel, isApplicationMessage, isManaged } from './manager.js';

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
 * onMessage((message) => void send({ echo: message }));
 * ```
 */
export function onMessage(handler: (message: unknown, handle: unknown) => void): () => void {
  checkHandler(handler);
  if (!isManaged) return () => undefined;
  const listener = (message: unknown, handle: unknown): void => {
    if (isApplicationMessage(message)) handler(message, handle);
  };
  process.on('message', listener);
  const release = holdChannel();
  return () => {
    process.off('message', listener);
    release();
  };
}
