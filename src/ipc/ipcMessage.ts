import { deserialize, serialize } from 'node:v8';
import { holdsErrors } from './packErrors.js';

/** How Node encodes the messages of an IPC channel: the `serialization` of a child. */
export type Serialization = 'json' | 'advanced';

/**
 * Checks a message for an IPC channel. A message that the other process cannot read is an uncaught exception there.
 *
 * @throws with `'advanced'`, if the message is nested too deeply, or has an error that V8 writes but cannot read: an error that
 * is its own cause
 */
export function checkMessage(message: unknown, serialization: Serialization): void {
  if (serialization === 'advanced' && holdsErrors(message, FEW)) deserialize(serialize(message));
}

/** Up to this number of objects, the search does not check for shared objects. */
const FEW = 65_536;

/**
 * The size of a message in bytes. Measuring a message takes as long as sending it.
 *
 * @throws if the message cannot be encoded
 */
export function messageSize(message: unknown, serialization: Serialization): number {
  if (serialization === 'advanced') return serialize(message).length;
  // In an array, because JSON.stringify(undefined) is not a string.
  return Buffer.byteLength(JSON.stringify([message])) - 2;
}
