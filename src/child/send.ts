import { keepAlive, sendToManager } from './manager.js';

/**
 * Sends a message to the manager, which emits it as a `message` event.
 *
 * Await the promise before `process.exit()`. Otherwise the message can be lost.
 *
 * @param message any value that the child's `serialization` can encode: JSON by default
 * @returns true once the message is written: the manager gets it even if this process ends. False when there is no manager,
 * or it has closed the channel
 * @throws TypeError, as a rejection, when the message cannot be encoded
 * @example
 * ```ts
 * import { send } from 'rxvisor/child';
 *
 * await send({ progress: 1 });
 * process.exit(0);
 * ```
 */
export async function send(message: unknown): Promise<boolean> {
  return new Promise((resolve) => {
    const release = keepAlive();
    const settle = (isWritten: boolean): void => {
      release();
      forget(fail);
      resolve(isWritten);
    };
    const fail = (): void => {
      settle(false);
    };
    try {
      const isSent = sendToManager(message, (error) => {
        settle(error === null && process.connected);
      });
      if (isSent) remember(fail);
      else fail();
    } catch (error) {
      release();
      throw error;
    }
  });
}

/** What to call when the channel closes, for each message that is not written yet. */
const pending = new Set<() => void>();

/** One listener serves all messages: Node warns of a leak when an event has more than ten. */
function remember(callback: () => void): void {
  if (pending.size === 0) process.on('disconnect', onDisconnect);
  pending.add(callback);
}

function forget(callback: () => void): void {
  pending.delete(callback);
  if (pending.size === 0) process.off('disconnect', onDisconnect);
}

function onDisconnect(): void {
  for (const callback of pending) callback();
}
