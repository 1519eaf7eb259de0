import { checkArgument, checkThat } from '../../model/check.js';
import { callback, having, listOf, text } from '../../model/checks.js';
import type { SessionBase } from '../sessionBase.js';
import type { Argument } from './argument.js';

const aLabel = text('a label');
const aBound = checkThat(
  (value) => typeof value === 'number' && !Number.isNaN(value),
  'is not a bound. Give a number.',
);

/** The patterns that arguments of commands are made of. */
export const arg: {
  /** One of these words. */
  readonly choice: <W extends string>(...words: readonly W[]) => Argument<W>;
  /** A whole number. */
  readonly whole: (label: string, least?: number, most?: number) => Argument<number>;
  /** Any word; `words` for its completion. */
  readonly text: (label: string, words?: (session: SessionBase) => readonly string[]) => Argument<string>;
  /** One that may be left out: the command gets undefined. */
  readonly optional: <T>(argument: Argument<T>) => Argument<T | undefined>;
} = {
  choice: (...words) => {
    checkArgument('words', words, listOf('a list of words', 'Give some.', text('a word')));
    return {
      label: words.join('|'),
      optional: false,
      read: (word) => words.find((known) => known === word),
      words: () => words,
    };
  },
  whole: (label, least = 0, most = Number.MAX_SAFE_INTEGER) => {
    checkArgument('label', label, aLabel);
    checkArgument('least', least, aBound);
    checkArgument('most', most, aBound);
    return {
      label,
      optional: false,
      read: (word) => {
        const value = /^-?\d+$/.test(word) ? Number(word) : NaN;
        return value >= least && value <= most ? value : undefined;
      },
      words: () => [],
    };
  },
  text: (label, words = () => []) => {
    checkArgument('label', label, aLabel);
    checkArgument('words', words, callback);
    return { label, optional: false, read: (word) => word, words };
  },
  optional: (argument) => {
    checkArgument('argument', argument, having('an argument', ['read', 'words'], 'Give one that arg makes.'));
    return { ...argument, label: `[${argument.label}]`, optional: true };
  },
};
