import { maskEntry, maskText } from './mask.js';

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

/**
 * What a terminal would act upon, or not show: control characters (ESC, BEL, C1), line and paragraph separators, and format
 * characters (those that turn the direction of the text, zero width ones, invisible tags). Unicode, general categories.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text on one line that steers no terminal and hides nothing: what could is written as an escape, `\u001b`. */
export function escapeControls(text: string): string {
  return text.replace(invisible, escaped);
}

/** The same for several lines: line ends and tabs stay. */
export function escapeControlsInLines(text: string): string {
  return text.replace(invisible, (char) => (char === '\n' || char === '\t' ? char : escaped(char)));
}

/** As JSON and JavaScript write it, so that JSON stays JSON: UTF-16, four digits each. */
function escaped(char: string): string {
  return Array.from({ length: char.length }, (_, index) => {
    return `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}

/** The remedy for a name that nobody knows: the known one that it is most like, or `otherwise`. */
export function suggest(name: string, known: readonly string[], otherwise: string): string {
  const guess = nearest(name, known);
  return guess === undefined ? otherwise : `Did you mean '${guess}'?`;
}

/** The word most like `word`, or undefined when none is close enough to be a likely slip. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const ranked = words
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** Levenshtein distance, one row at a time. */
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
