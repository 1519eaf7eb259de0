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
export function isPlain(value: unknown): boolean {
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
  const keys = Object.keys(object);
  if (isList && keys.length !== object.length) return -1;
  let count = before + keys.length;
  if (count > MOST) return -1;
  let seen = outer;
  for (const key of keys) {
    const value = object[key];
    if (typeof value !== 'object' || value === null) {
      if (!isPlainAtom(value)) return -1;
      count += Math.floor((key.length + (typeof value === 'string' ? value.length : 0)) / CHARACTERS);
      if (count > MOST) return -1;
      continue;
    }
    // JSON would make two of an object that is there twice, and never come to the end of one that holds itself.
    seen ??= { objects: [object] };
    if (seen.objects.includes(value)) return -1;
    seen.objects.push(value);
    count += Math.floor(key.length / CHARACTERS);
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
