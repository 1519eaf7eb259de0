import { inspect } from 'node:util';
import { fieldsOf, identityOf } from '../../wire/errorIdentity.js';
import { isError } from '../../wire/isError.js';
import type { ErrorLike } from './errorLike.js';

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
