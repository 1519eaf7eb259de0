import { describeError } from '../../model/describeError.js';
import { serialize } from 'node:v8';
import { isManaged } from '../../child/manager.js';
import { checkReadable } from '../../wire/checkReadable.js';
import type { Refusal } from '../ipc/line.js';

/** The manager ends a child that sends it a larger message. See `sources/messageMeter.ts`. */
const MAX_BYTES = 67_108_864;

/** Sends a message to the manager. Gives why it could not be sent, if it could not. */
export function sendToManager(message: unknown): Refusal | undefined {
  if (!isManaged || !process.connected || process.send === undefined) {
    return { why: 'nobody', reason: 'there is no manager' };
  }
  try {
    const bytes = sizeOf(message);
    if (bytes > MAX_BYTES) {
      return { why: 'size', reason: `it has ${String(bytes)} bytes; a message has ${String(MAX_BYTES)} at most` };
    }
    // The callback is there so that a channel that closes meanwhile is no uncaught exception.
    process.send(message, undefined, undefined, () => undefined);
    return undefined;
  } catch (error) {
    return { why: 'payload', reason: describeError(error).message };
  }
}

/** @throws when it cannot be sent, or could not be read */
function sizeOf(message: unknown): number {
  if (process.env.RXVISOR_SERIALIZATION !== 'advanced') return Buffer.byteLength(JSON.stringify(message));
  checkReadable(message);
  return serialize(message).length;
}
