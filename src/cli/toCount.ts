import { InvalidArgumentError } from 'commander';

/** For commander: a whole number from `least` on, or `word` itself. @throws InvalidArgumentError, from what it gives */
export function toCount<const W extends string = never>(least: number, word?: W): (text: string) => number | W {
  return (text) => {
    if (text === word) return word;
    const count = Number(text);
    if (/^\d+$/.test(text) && count >= least && Number.isSafeInteger(count)) return count;
    const or = word === undefined ? '' : `, or '${word}'`;
    throw new InvalidArgumentError(`Give a whole number, ${String(least)} or more${or}.`);
  };
}
