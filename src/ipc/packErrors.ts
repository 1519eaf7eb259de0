import { isNativeError } from 'node:util/types';
import { serialize } from 'node:v8';
import { errorFrom, type ErrorIdentity, fieldsOf, identityOf, setField } from './errorIdentity.js';

/**
 * A value, with its errors in a separate list. A structured clone of an error loses its class and fields, and V8 cannot read an
 * error that is its own cause. In the value, a stub replaces each error. The n-th stub stands for the n-th error.
 *
 * Pools send errors in this form, which keeps Maps, Dates and shared objects in fields. JSON could not: see errorLike.ts.
 */
export interface Packed {
  readonly value: unknown;
  readonly stubs: readonly object[];
  readonly errors: readonly PackedError[];
}

interface PackedError extends ErrorIdentity {
  readonly fields: readonly (readonly [key: string, value: unknown])[];
}

/** @param skipUncloneable leave out fields of errors that cannot be cloned. This is slower: each field is cloned to find out */
export function packErrors(given: unknown, skipUncloneable: boolean): Packed {
  const copies = new Map<object, unknown>();
  const found: object[] = [];
  const stubs: object[] = [];
  const value = copyOf(given, 0);
  const errors: PackedError[] = [];
  // The loop also visits the errors that it finds in fields: they are added at the end of the list.
  for (const error of found) {
    const fields = fieldsOf(error).flatMap(([key, field]) => {
      try {
        const copy = copyOf(field, 0);
        if (skipUncloneable) holdsErrors(copy, serialize(copy).length);
        return [[key, copy] as const];
      } catch (problem) {
        if (skipUncloneable) return [];
        throw problem;
      }
    });
    errors.push({ ...identityOf(error), fields });
  }
  return { value, stubs, errors };

  function copyOf(part: unknown, depth: number): unknown {
    if (typeof part !== 'object' || part === null) return part;
    if (copies.has(part)) return copies.get(part);
    if (depth > MAX_DEPTH) throw new RangeError(`it is nested deeper than ${String(MAX_DEPTH)} levels.`);
    if (isError(part)) {
      const stub = {};
      copies.set(part, stub);
      found.push(part);
      stubs.push(stub);
      return stub;
    }
    return copyInto(part, depth + 1);
  }

  /** Copies an array, a Map, a Set or a plain object. The structured clone copies any other object itself. */
  function copyInto(part: object, depth: number): unknown {
    if (part instanceof Map) {
      const map = new Map<unknown, unknown>();
      copies.set(part, map);
      for (const [key, entry] of part) map.set(copyOf(key, depth), copyOf(entry, depth));
      return map;
    }
    if (part instanceof Set) {
      const set = new Set<unknown>();
      copies.set(part, set);
      for (const entry of part) set.add(copyOf(entry, depth));
      return set;
    }
    const isList = Array.isArray(part);
    if (!isList && Object.prototype.toString.call(part) !== '[object Object]') return part;
    const copy: object = isList ? new Array<unknown>(part.length) : {};
    copies.set(part, copy);
    for (const key of Object.keys(part)) put(copy, key, copyOf(Reflect.get(part, key), depth));
    return copy;
  }
}

/** Makes the errors, and replaces the stubs with them. */
export function unpackErrors({ value, stubs, errors }: Packed): unknown {
  const made = new Map(errors.map((error, index) => [stubs[index], errorFrom(error)]));
  const seen = new Set<object>();
  errors.forEach(({ fields }, index) => {
    const error = made.get(stubs[index]);
    for (const [key, field] of fields) if (error !== undefined) setField(error, key, filled(field));
  });
  return filled(value);

  function filled(part: unknown): unknown {
    if (typeof part !== 'object' || part === null) return part;
    const error = made.get(part);
    if (error !== undefined) return error;
    if (seen.has(part)) return part;
    seen.add(part);
    if (ArrayBuffer.isView(part)) return part;
    if (part instanceof Map) {
      const entries = [...part].map(([key, entry]) => [filled(key), filled(entry)] as const);
      part.clear();
      for (const [key, entry] of entries) part.set(key, entry);
    } else if (part instanceof Set) {
      const entries = [...part].map(filled);
      part.clear();
      for (const entry of entries) part.add(entry);
    } else {
      for (const key of Object.keys(part)) {
        const before: unknown = Reflect.get(part, key);
        const after = filled(before);
        if (after !== before) put(part, key, after);
      }
    }
    return part;
  }
}

/** Defines the property: an assignment to `__proto__` would call a setter. */
function put(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** The maximum depth of a value. V8 writes deeper values than it can read: Node 22 reads 1,600 levels of objects. */
const MAX_DEPTH = 1_000;

/**
 * Whether there is an error anywhere in a value that a structured clone would copy.
 *
 * @param size the size of the clone in bytes. 0 if there is no clone
 * @throws RangeError if the value is nested deeper than {@link MAX_DEPTH}
 */
export function holdsErrors(value: unknown, size: number): boolean {
  // First without a check for shared objects, which costs as much as the clone. A value without shared objects has fewer
  // objects than its clone has bytes.
  const quick = search(value, { left: size, longest: size, seen: undefined });
  const found = quick ?? search(value, { left: Infinity, longest: LONG, seen: new Set() });
  if (found === undefined) throw new RangeError(`it is nested deeper than ${String(MAX_DEPTH)} levels.`);
  return found;
}

/** The longest array that the second search reads entry by entry. It reads a longer one by its keys. */
const LONG = 65_536;

interface Search {
  /** How many more objects may be visited. */
  left: number;
  /** A longer array may be sparse: its length is larger than its number of entries. */
  readonly longest: number;
  /** The visited objects. Undefined: shared objects are visited more than once. */
  readonly seen: Set<object> | undefined;
}

/** Undefined if the value is too deep or has too many objects. */
function search(value: unknown, about: Search): boolean | undefined {
  let found = false;
  return visit(value, 0) ? found : undefined;

  function visit(part: unknown, depth: number): boolean {
    if (typeof part !== 'object' || part === null) return true;
    if (about.seen?.has(part) === true) return true;
    about.seen?.add(part);
    about.left -= 1;
    if (depth > MAX_DEPTH || about.left < 0) return false;
    if (isError(part)) {
      found = true;
      return true;
    }
    return all(part, depth + 1);
  }

  function all(part: object, depth: number): boolean {
    if (ArrayBuffer.isView(part)) return true;
    if (Array.isArray(part) && part.length <= about.longest) return part.every((entry) => visit(entry, depth));
    if (part instanceof Map) {
      for (const [key, entry] of part) if (!visit(key, depth) || !visit(entry, depth)) return false;
      return true;
    }
    if (part instanceof Set) {
      for (const entry of part) if (!visit(entry, depth)) return false;
      return true;
    }
    for (const key of Object.keys(part)) if (!visit(Reflect.get(part, key), depth)) return false;
    return true;
  }
}

/** Also true for errors of another realm (`node:vm`) and errors without a prototype. */
export function isError(value: object): boolean {
  return isNativeError(value) || value instanceof Error;
}
