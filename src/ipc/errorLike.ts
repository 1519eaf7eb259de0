import { inspect } from 'node:util';
import { errorFrom, fieldsOf, identityOf, setField } from './errorIdentity.js';
import { isError } from './packErrors.js';

/**
 * An error in a form that JSON can hold.
 *
 * Sessions send errors in this form: the IPC of Node uses JSON by default, and crash reports are also sent to webhooks and commands.
 * Pools clone values instead, with the errors in them: see packErrors.ts.
 *
 * In `cause`, `errors` and `fields`, an error is `{ error }` and an object is `{ value }`. `{ circular: n }` refers to an
 * enclosing error: 0 is the error itself, 1 the error around it.
 */
export interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string | number;
  readonly cause?: unknown;
  /** The built-in class, if it is not `Error`: `'TypeError'`, `'DOMException'`. */
  readonly type?: string;
  /** The errors of an AggregateError. */
  readonly errors?: readonly unknown[];
  /** Its own fields that JSON can hold. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** The maximum depth of errors in errors. */
const DEPTH = 32;

/** Converts a thrown value. A value that is not an error becomes the message. */
export function toErrorLike(thrown: unknown): ErrorLike {
  if (typeof thrown === 'object' && thrown !== null && isError(thrown)) return likeOf(thrown, []);
  return { name: 'Error', message: textOf(thrown) };
}

/** @param outer the enclosing errors, the nearest first */
function likeOf(error: object, outer: readonly object[]): ErrorLike {
  const { type, name, message, stack } = identityOf(error);
  const around = [error, ...outer];
  const fields: Record<string, unknown> = {};
  const known: { code?: string | number; cause?: unknown; errors?: readonly unknown[] } = {};
  for (const [key, value] of fieldsOf(error)) {
    if (key === 'code' && (typeof value === 'string' || typeof value === 'number')) known.code = value;
    else if (key === 'errors' && Array.isArray(value)) {
      known.errors = value.map((each) => encodeField(each, around) ?? null);
    } else {
      const field = encodeField(value, around);
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

/** Undefined if JSON cannot hold the value. */
function encodeField(value: unknown, around: readonly object[]): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? undefined : throughJson(value);
  if (!isError(value)) {
    const copy = throughJson(value);
    return copy === undefined ? undefined : { value: copy };
  }
  const circular = around.indexOf(value);
  if (circular >= 0) return { circular };
  return around.length < DEPTH ? { error: likeOf(value, around) } : undefined;
}

/** The value as the other side reads it. */
function throughJson(value: unknown): unknown {
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
    return 'a value that cannot be shown';
  }
}

/** Makes an error from its {@link ErrorLike}, with the same class and fields. Any other value gives a general error. */
export function fromErrorLike(like: unknown): Error {
  return decodeError(like, []);
}

/** @param outer the enclosing errors, the nearest first */
function decodeError(like: unknown, outer: readonly Error[]): Error {
  if (!isErrorLike(like)) return new Error('The other side reported an error that cannot be read.');
  const { name, message } = like;
  const type = typeof like.type === 'string' ? like.type : 'Error';
  const error = errorFrom({ type, name, message, stack: typeof like.stack === 'string' ? like.stack : undefined });
  const around = [error, ...outer];
  if (typeof like.code === 'string' || (typeof like.code === 'number' && type !== 'DOMException')) {
    setField(error, 'code', like.code);
  }
  if ('cause' in like) setField(error, 'cause', decodeField(like.cause, around));
  if (Array.isArray(like.errors)) {
    const errors = like.errors.map((each) => decodeField(each, around));
    setField(error, 'errors', errors);
  }
  if (typeof like.fields === 'object') {
    for (const [key, field] of Object.entries(like.fields)) setField(error, key, decodeField(field, around));
  }
  return error;
}

function decodeField(value: unknown, around: readonly Error[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('error' in value) return decodeError(value.error, around);
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
