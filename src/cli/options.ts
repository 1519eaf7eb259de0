import { InvalidArgumentError } from 'commander';

/** For commander: a whole number from `least` to `most`, or `word` itself. @throws InvalidArgumentError, from what it gives */
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

/** For commander: `5s` in ms. @throws InvalidArgumentError */
export function toDuration(text: string): number {
  const duration = parseDuration(text);
  if (duration !== undefined) return duration;
  throw new InvalidArgumentError('Give a number and ms, s, m, h or d, above 0 and up to 24d: 500ms, 5s, 1.5h.');
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Node fires a timer beyond 2³¹ − 1 ms, 24.8 days, at once. */
const MAX_DURATION = 24 * 86_400_000;

/** `500ms`, `5s`, `1.5h` in ms; undefined for anything else, for nothing, and for more than 24 days. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d+|\d*\.\d+)(ms|[smhd])$/.exec(text) ?? [];
  const duration = Number(count) * (UNITS[unit] ?? NaN);
  return duration > 0 && duration <= MAX_DURATION ? duration : undefined;
}
