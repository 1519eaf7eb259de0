import { maskEntry, maskText } from './mask.js';

/** An object with more entries, on all levels, is not printed: millions of entries take seconds. */
const MAX_ENTRIES = 10_000;

/** A value as text for an error message: short, on one line, without secrets. Never throws. */
export function show(value: unknown): string {
  const text = escapeControls(describe(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function describe(value: unknown): string {
  // Masking is slow for long texts, and the message is cut to 80 characters anyway.
  if (typeof value === 'string') return `'${maskText(value.slice(0, 1_000)).slice(0, 100)}'`;
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? describeObject(value) : String(value);
}

function describeObject(value: object): string {
  let entries = 0;
  try {
    if (value instanceof RegExp) return String(value);
    // In an array, because JSON.stringify returns undefined for an object whose toJSON returns undefined.
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

/**
 * Characters that control a terminal or are invisible, by Unicode general category: control characters (Cc: ESC, BEL, C1),
 * format characters (Cf: text direction, zero width, tags), line and paragraph separators (Zl, Zp).
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Escapes control and invisible characters as `\u001b`. The result is one line that is safe to print in a terminal. */
export function escapeControls(text: string): string {
  return text.replace(invisible, escapeCharacter);
}

/** As {@link escapeControls}, but keeps line ends and tabs. */
export function escapeControlsInLines(text: string): string {
  return text.replace(invisible, (char) => (char === '\n' || char === '\t' ? char : escapeCharacter(char)));
}

/** The escape of JSON and JavaScript, so that JSON stays valid: four hex digits for each UTF-16 code unit. */
function escapeCharacter(char: string): string {
  return Array.from({ length: char.length }, (_, index) => {
    return `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}

/** The remedy for an unknown name: suggests the most similar known name, else returns `otherwise`. */
export function suggest(name: string, known: readonly string[], otherwise: string): string {
  const guess = nearest(name, known);
  return guess === undefined ? otherwise : `Did you mean '${guess}'?`;
}

/** The word most similar to `word`; undefined if none is similar enough for a typo. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const ranked = words
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** The Levenshtein distance, computed row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  let last = b.length;
  for (const ch of a) {
    let diagonal = 0;
    row = row.map((above, j) => {
      last = j === 0 ? above + 1 : Math.min(above + 1, last + 1, diagonal + (ch === b[j - 1] ? 0 : 1));
      diagonal = above;
      return last;
    });
  }
  return last;
}
