import { inspect } from 'node:util';
import { errorFrom, fieldsOf, identityOf, setField } from './errorIdentity.js';
import { isError } from './packErrors.js';

/**
 * An error that can cross to another process. JSON-safe.
 *
 * An error among `cause`, `errors` and `fields` is `{ error }`, an object `{ value }`; `{ circular: n }` is the n-th error
 * outward, 0 for the error itself.
 */
export interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string | number;
  readonly cause?: unknown;
  /** The built-in class, where that is not `Error`: `'TypeError'`, `'DOMException'`. */
  readonly type?: string;
  /** Of an AggregateError. */
  readonly errors?: readonly unknown[];
  /** Own fields, as far as JSON can carry them. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** How deep causes and errors in fields are followed. */
const DEPTH = 32;

/** An error as it can cross to another process. What was thrown may be anything: what is no error becomes a message. */
export function toErrorLike(thrown: unknown): ErrorLike {
  if (typeof thrown === 'object' && thrown !== null && isError(thrown)) return likeOf(thrown, []);
  return { name: 'Error', message: textOf(thrown) };
}

/** @param outer the errors that this one is in, the nearest first */
function likeOf(error: object, outer: readonly object[]): ErrorLike {
  const { type, name, message, stack } = identityOf(error);
  const around = [error, ...outer];
  const fields: Record<string, unknown> = {};
  const known: { code?: string | number; cause?: unknown; errors?: readonly unknown[] } = {};
  for (const [key, value] of fieldsOf(error)) {
    if (key === 'code' && (typeof value === 'string' || typeof value === 'number')) known.code = value;
    else if (key === 'errors' && Array.isArray(value)) known.errors = value.map((each) => sent(each, around) ?? null);
    else {
      const field = sent(value, around);
      if (key === 'cause') known.cause = field;
      else if (field !== undefined) Object.defineProperty(fields, key, { value: field, enumerable: true });
    }
  }
  return {
    name,
    message,
    ...(stack !== undefined && { stack }),
    ...known,
    ...(type !== 'Error' && { type }),
    ...(Object.keys(fields).length > 0 && { fields }),
  };
}

/** Undefined: JSON cannot carry it. */
function sent(value: unknown, around: readonly object[]): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? undefined : json(value);
  if (!isError(value)) {
    const copy = json(value);
    return copy === undefined ? undefined : { value: copy };
  }
  const circular = around.indexOf(value);
  if (circular >= 0) return { circular };
  return around.length < DEPTH ? { error: likeOf(value, around) } : undefined;
}

/** What is left of it on the other side. */
function json(value: unknown): unknown {
  try {
    const text: unknown = JSON.stringify(value, (_key, entry: unknown) =>
      typeof entry === 'object' && entry !== null && isError(entry) ? identityOf(entry) : entry,
    );
    const copy: unknown = typeof text === 'string' ? JSON.parse(text) : undefined;
    return copy;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    const text: unknown = typeof value === 'object' ? JSON.stringify(value) : undefined;
    return typeof text === 'string' ? text : String(value);
  } catch {
    return shown(value);
  }
}

function shown(value: unknown): string {
  try {
    return inspect(value);
  } catch {
    return 'something that cannot be shown';
  }
}

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
