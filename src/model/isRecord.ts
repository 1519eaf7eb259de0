/** Not an array, and not a Map, say, whose entries would be lost without a word. */
export function isRecord(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]';
}
