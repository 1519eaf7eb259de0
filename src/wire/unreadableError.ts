import { RxvisorError } from '../model/errors.js';
import { reasonOf } from './reasonOf.js';

/** Stands for a received value that cannot be decoded. Only the request, answer or event that it belongs to fails. */
export class UnreadableError extends RxvisorError {
  constructor(cause: unknown) {
    super(
      'ERR_PAYLOAD',
      `the value cannot be decoded: ${reasonOf(cause)} Run both sides with the same version of Node.js, and nest values less deeply.`,
      { cause },
    );
  }
}
