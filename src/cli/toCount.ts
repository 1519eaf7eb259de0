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
