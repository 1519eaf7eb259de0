import { serialize } from 'node:v8';
import { type ErrorIdentity, errorFrom, fieldsOf, identityOf, setField } from './errorIdentity.js';
import { MAX_DEPTH, holdsErrors } from './holdsErrors.js';
import { isError } from './isError.js';

/**
 * A value without its errors: a clone would lose their fields and their classes, and could not be read where one is its
 * own cause. For each there is a stub in its place, which as the same object is also in the list, and what it is made of.
 */
export interface Packed {
  readonly value: unknown;
  readonly stubs: readonly object[];
  readonly errors: readonly PackedError[];
}

interface PackedError extends ErrorIdentity {
  readonly fields: readonly (readonly [key: string, value: unknown])[];
}

/** @param sift leaves out the fields of errors that cannot be cloned: each of them has to be tried */
export function packErrors(given: unknown, sift: boolean): Packed {
  const copies = new Map<object, unknown>();
  const found: object[] = [];
  const stubs: object[] = [];
  const value = copyOf(given, 0);
  const errors: PackedError[] = [];
  // Its fields may hold more of them, which come last in the list.
  for (const error of found) {
    const fields = fieldsOf(error).flatMap(([key, field]) => {
      try {
        const copy = copyOf(field, 0);
        if (sift) holdsErrors(copy, serialize(copy).length);
        return [[key, copy] as const];
      } catch (problem) {
        if (sift) return [];
        throw problem;
      }
    });
    errors.push({ ...identityOf(error), fields });
  }
  return { value, stubs, errors };

  function copyOf(one: unknown, depth: number): unknown {
    if (typeof one !== 'object' || one === null) return one;
    if (copies.has(one)) return copies.get(one);
    if (depth > MAX_DEPTH) throw new RangeError(`it is nested deeper than ${String(MAX_DEPTH)} levels.`);
    if (isError(one)) {
      const stub = {};
      copies.set(one, stub);
      found.push(one);
      stubs.push(stub);
      return stub;
    }
    return copyInto(one, depth + 1);
  }

  /** What a clone makes an array, a Map, a Set or a plain object of; anything else is the clone's own business. */
  function copyInto(one: object, depth: number): unknown {
    if (one instanceof Map) {
      const map = new Map<unknown, unknown>();
      copies.set(one, map);
      for (const [key, entry] of one) map.set(copyOf(key, depth), copyOf(entry, depth));
      return map;
    }
    if (one instanceof Set) {
      const set = new Set<unknown>();
      copies.set(one, set);
      for (const entry of one) set.add(copyOf(entry, depth));
      return set;
    }
    const isList = Array.isArray(one);
    if (!isList && Object.prototype.toString.call(one) !== '[object Object]') return one;
    const copy: object = isList ? new Array<unknown>(one.length) : {};
    copies.set(one, copy);
    for (const key of Object.keys(one)) put(copy, key, copyOf(Reflect.get(one, key), depth));
    return copy;
  }
}

/** Makes the errors again, and puts them where their stubs are. */
export function unpackErrors({ value, stubs, errors }: Packed): unknown {
  const made = new Map(errors.map((error, index) => [stubs[index], errorFrom(error)]));
  const seen = new Set<object>();
  errors.forEach(({ fields }, index) => {
    const error = made.get(stubs[index]);
    for (const [key, field] of fields) if (error !== undefined) setField(error, key, filled(field));
  });
  return filled(value);

  function filled(one: unknown): unknown {
    if (typeof one !== 'object' || one === null) return one;
    const error = made.get(one);
    if (error !== undefined) return error;
    if (seen.has(one)) return one;
    seen.add(one);
    if (ArrayBuffer.isView(one)) return one;
    if (one instanceof Map) {
      const entries = [...one].map(([key, entry]) => [filled(key), filled(entry)] as const);
      one.clear();
      for (const [key, entry] of entries) one.set(key, entry);
    } else if (one instanceof Set) {
      const entries = [...one].map(filled);
      one.clear();
      for (const entry of entries) one.add(entry);
    } else {
      for (const key of Object.keys(one)) {
        const before: unknown = Reflect.get(one, key);
        const after = filled(before);
        if (after !== before) put(one, key, after);
      }
    }
    return one;
  }
}

/** Also under the name of a setter, `__proto__` for one. */
function put(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
