import { serialize } from 'node:v8';
import { holdsErrors } from './holdsErrors.js';
import { isPlain } from './isPlain.js';
import { isDetached } from './isDetached.js';
import { packErrors } from './packErrors.js';

/** A value, ready to be sent: JSON text for what is small and plain, bytes in one of four kinds for all else. */
export type Encoded = string | EncodedBytes;

export interface EncodedBytes {
  readonly kind: Kind;
  readonly bytes: Uint8Array;
}

/** How the bytes are to be read: a structured clone, themselves as a `Buffer` or a `Uint8Array`, a clone beside errors. */
export type Kind = (typeof kinds)[keyof typeof kinds];
export const kinds = { clone: 1, buffer: 2, bytes: 3, errors: 4 } as const;

/**
 * Encodes what a structured clone can carry, and what the other side can decode. Errors keep their class, name, message,
 * stack, code and cause, and of their own fields those that can be cloned.
 *
 * The bytes of a `Buffer` or `Uint8Array` are not copied: they are to stay as they are until they have been sent.
 *
 * @throws what cannot be cloned, a function for one, and a RangeError for what is nested too deep
 */
export function encode(value: unknown): Encoded {
  if (isPlain(value)) return JSON.stringify(value);
  if (value instanceof Uint8Array) {
    if (isDetached(value)) throw new TypeError('its memory was transferred to somebody else.');
    // A subclass of somebody else's would be a plain one on the other side, which is what a clone makes of it, too.
    return { kind: Buffer.isBuffer(value) ? kinds.buffer : kinds.bytes, bytes: value };
  }
  return clone(value);
}

/** How many bytes it takes. */
export function sizeOf(encoded: Encoded): number {
  return typeof encoded === 'string' ? Buffer.byteLength(encoded) : encoded.bytes.length;
}

function clone(value: unknown): EncodedBytes {
  let bytes = Buffer.alloc(0);
  let problem: unknown;
  let failed = false;
  try {
    bytes = serialize(value);
  } catch (error) {
    // It may be the field of an error that cannot be cloned.
    [problem, failed] = [error, true];
  }
  if (holdsErrors(value, bytes.length)) return cloneWithErrors(value);
  if (failed) throw problem;
  return { kind: kinds.clone, bytes };
}

function cloneWithErrors(value: unknown): EncodedBytes {
  try {
    return { kind: kinds.errors, bytes: serialize(packErrors(value, false)) };
  } catch {
    return { kind: kinds.errors, bytes: serialize(packErrors(value, true)) };
  }
}
