import { serialize } from 'node:v8';
import { holdsErrors, packErrors } from './packErrors.js';

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

/**
 * Beyond this many entries in all, looking costs more than it saves. Each 256 characters are an entry more: so that a turn's
 * text stays far below any limit of a frame, in bytes too.
 */
const MOST = 64;
/** Beyond this many characters, copying is faster than quoting. */
const LONG = 4_096;
const CHARACTERS = 256;

/**
 * Whether JSON carries a small value exactly as a structured clone would: no `undefined`, no -0, no NaN, nothing that is
 * not a plain object or an array, no object twice.
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

/** How many entries there are up to and with this object's; -1: it is not plain. */
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
    // JSON would make two of an object that is there twice, and never come to the end of one that holds itself.
    seen ??= { objects: [object] };
    if (seen.objects.includes(value)) return -1;
    seen.objects.push(value);
    count = countPlain(value, seen, count);
    if (count < 0) return -1;
  }
  return count;
}

/** The objects that have been come by; most payloads hold no others, and need none of this. */
interface Outer {
  readonly objects: object[];
}

function isIndexable(object: object): object is Readonly<Record<string, unknown>> {
  return typeof object === 'object';
}

/**
 * Whether the memory of bytes was transferred, by `postMessage` for example: there is nothing left to read. A stream throws when it is
 * given such a chunk.
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
