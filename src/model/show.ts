import { maskEntry, maskText } from './mask.js';
import { escapeControls } from './visible.js';

/** Objects with more entries, all levels counted, are not shown: to look at millions takes seconds. */
const MAX_ENTRIES = 10_000;

/** A value as an error message shows it: short, on one line, without secrets, and never throwing. */
export function show(value: unknown): string {
  const text = escapeControls(describe(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function describe(value: unknown): string {
  // Of what is longer nobody sees the end.
  if (typeof value === 'string') return `'${maskText(value.slice(0, 1_000)).slice(0, 100)}'`;
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? describeObject(value) : String(value);
}

function describeObject(value: object): string {
  let entries = 0;
  try {
    if (value instanceof RegExp) return String(value);
    // In an array: an object whose toJSON gives undefined is null there, and nothing at all elsewhere.
    return JSON.stringify([value], (key, entry: unknown) => {
      entries += 1;
      if (entries > MAX_ENTRIES) throw new RangeError('too large');
      return typeof entry === 'function' ||
        typeof entry === 'bigint' ||
        typeof entry === 'symbol' ||
        entry instanceof RegExp
        ? String(entry)
        : maskEntry(key, entry);
    }).slice(1, -1);
  } catch {
    return entries > MAX_ENTRIES ? 'an object that is too large to be shown' : 'an object that cannot be shown';
  }
}
