import { tellManager } from './manager.js';

/**
 * Sends a message to the manager, where it is a `message` event.
 *
 * @param message anything the child's `serialization` can encode: JSON by default
 * @returns false when there is no manager, or the channel is full: what was sent then is still delivered
 * @throws TypeError when the message cannot be encoded
 * @example
 * ```ts
 * import { send } from 'rxvisor/child';
 *
 * send({ progress: 0.5 });
 * ```
 */
export function send(message: unknown): boolean {
  return tellManager(message);
}
