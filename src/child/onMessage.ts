import { checkHandler, holdChannel, isApplicationMessage, isManaged } from './manager.js';

/**
 * Calls `handler` with each message from the manager. While a handler listens, the IPC channel keeps this process alive.
 *
 * @param handler gets the message, and the socket or server that came with it, if any
 * @returns a function that removes the handler
 * @throws RxvisorError with code `ERR_OPTION` when the handler is not a function
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
