import { serialize } from 'node:v8';
import { holdsErrors, packErrors } from './packErrors.js';

/** An encoded value: JSON text for a small, plain value, and bytes of one of four kinds for any other value. */
export type Encoded = string | EncodedBytes;

export interface EncodedBytes {
  readonly kind: Kind;
  readonly bytes: Uint8Array;
}

/** What the bytes are: a structured clone, the bytes of a `Buffer` or of a `Uint8Array`, or a clone with errors beside it. */
export type Kind = (typeof kinds)[keyof typeof kinds];
export const kinds = { clone: 1, buffer: 2, bytes: 3, errors: 4 } as const;

/**
 * Encodes a value that a structured clone can hold. Errors keep their class, name, message, stack, code and cause, and their own
 * fields that can be cloned.
 *
 * The bytes of a `Buffer` or `Uint8Array` are not copied: do not change them before they are sent.
 *
 * @throws a DataCloneError for a value that cannot be cloned, such as a function. A RangeError for a value that is nested too
 * deeply
 */
export function encode(value: unknown): Encoded {
  if (isPlain(value)) return JSON.stringify(value);
  if (value instanceof Uint8Array) {
    if (isDetached(value)) throw new TypeError('its memory was transferred to another thread.');
    // An instance of any subclass arrives as a plain Uint8Array, as it would from a structured clone.
    return { kind: Buffer.isBuffer(value) ? kinds.buffer : kinds.bytes, bytes: value };
  }
  return clone(value);
}

/** The size of an encoded value, in bytes. */
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

/**
 * The maximum number of entries of a plain value. Above it, the check takes longer than JSON saves. Each 256 characters count as
 * one more entry, so that the text of a turn stays far below any limit of a frame.
 */
const MOST = 64;
/** A longer string is copied faster by a clone than it is quoted by JSON. In characters. */
const LONG = 4_096;
/** The number of characters that count as one entry. */
const CHARACTERS = 256;

/**
 * Whether JSON holds a small value exactly as a structured clone does: plain objects and arrays only, no `undefined`, no -0, no
 * NaN, and no object that occurs twice.
 */
function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? countPlain(value, undefined, 0) >= 0 : isPlainAtom(value);
}

function isPlainAtom(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return value.length <= LONG;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'boolean':
      return true;
    default:
      return value === null;
  }
}

/** Adds the entries of an object to `before`. Returns -1 if it is not plain. */
function countPlain(object: object, outer: Outer | undefined, before: number): number {
  const isList = Array.isArray(object);
  if (isList ? object.length > MOST : Object.getPrototypeOf(object) !== Object.prototype) return -1;
  if (!isIndexable(object)) return -1;
  // A list with holes, or with fields of its own.
  if (isList && (object.includes(undefined) || Object.keys(object).length !== object.length)) return -1;
  let count = before;
  let seen = outer;
  // Unlike `Object.keys`, this makes no list.
  for (const key in object) {
    const value = object[key];
    count += 1 + Math.floor((key.length + (typeof value === 'string' ? value.length : 0)) / CHARACTERS);
    if (count > MOST) return -1;
    if (typeof value !== 'object' || value === null) {
      if (!isPlainAtom(value)) return -1;
      continue;
    }
    // JSON would write an object that occurs twice as two objects, and fails for an object that contains itself.
    seen ??= { objects: [object] };
    if (seen.objects.includes(value)) return -1;
    seen.objects.push(value);
    count = countPlain(value, seen, count);
    if (count < 0) return -1;
  }
  return count;
}

/** The objects that were visited. It is made only for nested objects: most payloads have none. */
interface Outer {
  readonly objects: object[];
}

function isIndexable(object: object): object is Readonly<Record<string, unknown>> {
  return typeof object === 'object';
}

/**
 * Whether the memory of bytes was transferred, by `postMessage` for example: there is nothing left to read. A stream throws when
 * it is given such a chunk.
 */
export function isDetached({ buffer, byteLength }: Uint8Array): boolean {
  if (byteLength > 0) return false;
  try {
    // Node 20 has no `ArrayBuffer.prototype.detached`.
    return new Uint8Array(buffer).byteLength < 0;
  } catch {
    return true;
  }
}
