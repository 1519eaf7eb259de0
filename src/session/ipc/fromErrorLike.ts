import { errorFrom, setField } from '../../wire/errorIdentity.js';
import type { ErrorLike } from './errorLike.js';

/** An error that has crossed, as an error again: of the class, and with all that it had there. */
export function fromErrorLike(like: unknown): Error {
  return made(like, []);
}

/** @param outer the errors that this one is in, the nearest first */
function made(like: unknown, outer: readonly Error[]): Error {
  if (!isErrorLike(like)) return new Error('The other side reported an error that cannot be read.');
  const { name, message } = like;
  const type = typeof like.type === 'string' ? like.type : 'Error';
  const error = errorFrom({ type, name, message, stack: typeof like.stack === 'string' ? like.stack : undefined });
  const around = [error, ...outer];
  if (typeof like.code === 'string' || (typeof like.code === 'number' && type !== 'DOMException')) {
    setField(error, 'code', like.code);
  }
  if ('cause' in like) setField(error, 'cause', received(like.cause, around));
  if (Array.isArray(like.errors)) {
    const errors = like.errors.map((each) => received(each, around));
    setField(error, 'errors', errors);
  }
  if (typeof like.fields === 'object') {
    for (const [key, field] of Object.entries(like.fields)) setField(error, key, received(field, around));
  }
  return error;
}

function received(value: unknown, around: readonly Error[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('error' in value) return made(value.error, around);
  if ('circular' in value) return around[Number(value.circular)];
  return 'value' in value ? value.value : value;
}

function isErrorLike(value: unknown): value is ErrorLike {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'message' in value &&
    typeof value.message === 'string' &&
    (!('fields' in value) || (typeof value.fields === 'object' && value.fields !== null))
  );
}
