import type { ErrorLike } from './errorLike.js';

/** An error that has crossed, as an error again: with the name, the stack, the code and the cause that it had there. */
export function fromErrorLike(like: unknown): Error {
  if (!isErrorLike(like)) return new Error('The other side told of an error, but not of which.');
  const { name, message, stack, code } = like;
  const cause = 'cause' in like ? { cause: fromCause(like.cause) } : undefined;
  const error = new Error(message, cause);
  // As those of a class are: not enumerable, and so not printed beside the stack.
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  if (typeof stack === 'string') error.stack = stack;
  return code === undefined ? error : Object.assign(error, { code });
}

function fromCause(cause: unknown): unknown {
  return typeof cause === 'object' && cause !== null && 'error' in cause ? fromErrorLike(cause.error) : cause;
}

function isErrorLike(value: unknown): value is ErrorLike {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'message' in value &&
    typeof value.message === 'string'
  );
}
