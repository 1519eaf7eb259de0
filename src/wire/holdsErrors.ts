import { isError } from './isError.js';

/** How deep a value may be nested. V8 writes deeper ones than it reads: Node 22 reads 1,600 levels of objects. */
export const MAX_DEPTH = 1_000;

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
