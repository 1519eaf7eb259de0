import type { ErrorLike } from './errorLike.js';
import { fromErrorLike } from './fromErrorLike.js';
import { toErrorLike } from './toErrorLike.js';

/** What a worker says before it dies. */
export interface CrashMessage {
  readonly rxvisor: 'crash';
  readonly error: ErrorLike;
}

/** The error in a message, if it is such a last word. */
export function readCrash(message: unknown): ErrorLike | undefined {
  if (typeof message !== 'object' || message === null || !('rxvisor' in message) || message.rxvisor !== 'crash') {
    return undefined;
  }
  // There and back: whatever came, it is an error from here on.
  return toErrorLike(fromErrorLike('error' in message ? message.error : undefined));
}
