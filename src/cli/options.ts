import { InvalidArgumentError } from 'commander';

/**
 * Makes a commander parser for a whole number from `least` to `most`, or for `word` itself.
 *
 * @returns a parser that throws InvalidArgumentError
 */
export function toCount<const W extends string = never>(
  least: number,
  { most, word }: { readonly most?: number; readonly word?: W } = {},
): (text: string) => number | W {
  const range = most === undefined ? `, ${String(least)} or more` : ` from ${String(least)} to ${String(most)}`;
  return (text) => {
    if (text === word) return word;
    const count = Number(text);
    if (/^\d+$/.test(text) && count >= least && count <= (most ?? Number.MAX_SAFE_INTEGER)) return count;
    const or = word === undefined ? '' : `, or '${word}'`;
    throw new InvalidArgumentError(`Give a whole number${range}${or}.`);
  };
}

/** Commander parser for a duration such as `5s`. Returns ms. @throws InvalidArgumentError */
export function toDuration(text: string): number {
  const duration = parseDuration(text);
  if (duration !== undefined) return duration;
  throw new InvalidArgumentError('Give a number and ms, s, m, h or d, above 0 and up to 24d: 500ms, 5s, 1.5h.');
}

/** Parses `500ms`, `5s` or `1.5h`. Returns ms; undefined for any other text, for 0, and for more than 24 days. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d+|\d*\.\d+)(ms|[smhd])$/.exec(text) ?? [];
  const duration = Number(count) * (UNITS[unit] ?? NaN);
  return duration > 0 && duration <= MAX_DURATION ? duration : undefined;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** 24 days, in ms. Node fires a timer longer than 2³¹ − 1 ms (24.8 days) at once. */
const MAX_DURATION = 24 * 86_400_000;
