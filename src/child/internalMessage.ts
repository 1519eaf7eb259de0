import { trySendToManager } from './manager.js';

/**
 * Node gives a message whose `cmd` begins with `NODE_` to listeners of `internalMessage` only: a program that listens for
 * messages never sees it. https://nodejs.org/api/child_process.html#subprocesssendmessage-sendhandle-options-callback
 */
const INTERNAL = 'NODE_RXVISOR';

/** Wraps a message so that the program of a child does not see it. */
export function toInternalMessage(message: object): object {
  return { ...message, cmd: INTERNAL };
}

let announced = false;

/**
 * Calls `listener` with internal messages, and reports to the manager that this process listens for them. It does not keep
 * this process alive.
 *
 * @returns a function that stops listening
 */
export function onInternalMessage(listener: (message: object, handle: unknown) => void): () => void {
  const onMessage = (message: unknown, handle: unknown): void => {
    const isOurs = typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === INTERNAL;
    if (isOurs) listener(message, handle);
  };
  process.on('internalMessage', onMessage);
  if (!announced) trySendToManager({ rxvisor: 'internal' });
  announced = true;
  return () => {
    process.off('internalMessage', onMessage);
  };
}
