import { serialize } from 'node:v8';
import { isPlain } from './isPlain.js';

/** A value, ready to be sent: JSON text for what is small and plain, bytes in one of three kinds for all else. */
export type Encoded = string | EncodedBytes;

export interface EncodedBytes {
  readonly kind: Kind;
  readonly bytes: Uint8Array;
}

/** How the bytes are to be read: a structured clone, or themselves as a `Buffer` or a `Uint8Array`. */
export type Kind = (typeof kinds)[keyof typeof kinds];
export const kinds = { clone: 1, buffer: 2, bytes: 3 } as const;

/**
 * Encodes what a structured clone can carry.
 *
 * The bytes of a `Buffer` or `Uint8Array` are not copied: they are to stay as they are until they have been sent.
 *
 * @throws what cannot be cloned, a function for one, is a `DataCloneError`
 */
export function encode(value: unknown): Encoded {
  if (isPlain(value)) return JSON.stringify(value);
  if (value instanceof Uint8Array) {
    // A subclass of somebody else's would be a plain one on the other side, which is what a clone makes of it, too.
    return { kind: Buffer.isBuffer(value) ? kinds.buffer : kinds.bytes, bytes: value };
  }
  return { kind: kinds.clone, bytes: serialize(value) };
}

/** How many bytes, more or less, it takes. */
export function sizeOf(encoded: Encoded): number {
  return typeof encoded === 'string' ? encoded.length : encoded.bytes.length;
}
