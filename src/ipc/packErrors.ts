import { isNativeError } from 'node:util/types';
import { deserialize, serialize } from 'node:v8';
import { errorFrom, type ErrorIdentity, fieldsOf, identityOf, setField } from './errorIdentity.js';

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

/** How deep a value may be nested. V8 writes deeper ones than it reads: Node 22 reads 1,600 levels of objects. */
const MAX_DEPTH = 1_000;

/**
 * Whether there is an error anywhere in a value, as far as a structured clone goes into it.
 *
 * @param size how many bytes its clone has, 0: it has none
 * @throws RangeError when it is nested deeper than {@link MAX_DEPTH}
 */
export function holdsErrors(value: unknown, size: number): boolean {
  // Without a look at what is there twice, which would cost as much as the clone. A value that has nothing twice has
  // fewer objects than bytes.
  const quick = look(value, { left: size, longest: size, seen: undefined });
  const found = quick ?? look(value, { left: Infinity, longest: LONG, seen: new Set() });
  if (found === undefined) throw new RangeError(`it is nested deeper than ${String(MAX_DEPTH)} levels.`);
  return found;
}

const LONG = 65_536;

interface Look {
  /** How many objects may still be come by. */
  left: number;
  /** A longer array may be sparse, with fewer entries than its length says. */
  readonly longest: number;
  /** Those that have been: an object that is there twice is sent once. */
  readonly seen: Set<object> | undefined;
}

/** Undefined: too deep, or too many. */
function look(value: unknown, about: Look): boolean | undefined {
  let found = false;
  return visit(value, 0) ? found : undefined;

  function visit(one: unknown, depth: number): boolean {
    if (typeof one !== 'object' || one === null) return true;
    if (about.seen?.has(one) === true) return true;
    about.seen?.add(one);
    about.left -= 1;
    if (depth > MAX_DEPTH || about.left < 0) return false;
    if (isError(one)) {
      found = true;
      return true;
    }
    return all(one, depth + 1);
  }

  function all(one: object, depth: number): boolean {
    if (ArrayBuffer.isView(one)) return true;
    if (Array.isArray(one) && one.length <= about.longest) return one.every((entry) => visit(entry, depth));
    if (one instanceof Map) {
      for (const [key, entry] of one) if (!visit(key, depth) || !visit(entry, depth)) return false;
      return true;
    }
    if (one instanceof Set) {
      for (const entry of one) if (!visit(entry, depth)) return false;
      return true;
    }
    for (const key of Object.keys(one)) if (!visit(Reflect.get(one, key), depth)) return false;
    return true;
  }
}

/** Also one of another realm (`node:vm`), or one without a prototype. */
export function isError(value: object): boolean {
  return isNativeError(value) || value instanceof Error;
}

/** How many objects are looked at before it is asked whether they are there twice. */
const FEW = 65_536;

/**
 * Checks what is sent by Node's IPC with `serialization: 'advanced'`: a process that gets what it cannot read has an
 * uncaught exception.
 *
 * @throws when it is nested too deep, or holds an error that V8 writes and does not read: one that is its own cause
 */
export function checkReadable(message: unknown): void {
  if (holdsErrors(message, FEW)) deserialize(serialize(message));
}
