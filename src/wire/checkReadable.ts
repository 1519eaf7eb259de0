import { deserialize, serialize } from 'node:v8';
import { holdsErrors } from './holdsErrors.js';

/** How many objects are looked at before it is asked whether they are there twice. */
const FEW = 65_536;

/**
 * Checks what is sent by Node's IPC with `serialization: 'advanced'`: a process that gets what it cannot read has an
 * uncaught exception.
 *
 * @throws when it is nested too deep, or holds an error that V8 writes and does not read: one that is its own cause
 */
export function checkReadable(message: unknown): void {
  if (holdsErrors(message, FEW)) deserialize(serialize(message));
}
