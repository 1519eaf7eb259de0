import { RxvisorError } from '../model/errors.js';
import { reasonOf } from './reasonOf.js';

/** Takes the place of a value that has arrived and cannot be decoded: whatever it belongs to fails with it, and nothing else. */
export class UnreadableError extends RxvisorError {
  constructor(cause: unknown) {
    super(
      'ERR_PAYLOAD',
      `what was sent cannot be decoded here: ${reasonOf(cause)} Send less deeply nested values, and run both sides with the same Node.js.`,
      { cause },
    );
  }
}
