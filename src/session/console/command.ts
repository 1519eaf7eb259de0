import { type Check, checkArgument, checkThat } from '../../model/check.js';
import { callback, objectWith, listOf, string, text } from '../../model/checks.js';
import type { SessionBase } from '../sessionBase.js';

/** The values of arguments. */
export type Values<A extends readonly Argument[]> = {
  readonly [I in keyof A]: A[I] extends Argument<infer T> ? T : never;
};

/** A command of the console as data, for its help and its completion too. */
export interface ConsoleCommand {
  /** Its first words: one, or several. */
  readonly name: string;
  readonly args: readonly Argument[];
  readonly help: string;
  /** Its result is printed: a string unchanged, nothing for undefined. An error is printed, too. */
  readonly run: (session: SessionBase, values: readonly unknown[]) => unknown;
}

/** The pattern of one word of a command line. */
export interface Argument<T = unknown> {
  /** As shown in the help: `NAME`, `clean|force`, `[now]`. */
  readonly label: string;
  /** May be omitted, together with all arguments after it. */
  readonly optional: boolean;
  /** The value, or undefined for a word that does not match. */
  readonly read: (word: string) => T | undefined;
  /** Known words that match, for completion. */
  readonly words: (session: SessionBase) => readonly string[];
}

/**
 * Makes a command of the console, with typed arguments.
 *
 * @param name one word, or several: `'set port'`
 * @param args patterns of the arguments; optional ones come last
 * @param help one line about the command
 * @param run may be async; its result is printed
 * @throws RxvisorError with code `ERR_OPTION`
 * @example
 * ```ts
 * import { arg, command } from 'rxvisor/session';
 *
 * const flush = command('cache flush', [arg.optional(arg.whole('N'))], 'empties the cache', (session, count) => {
 *   return `flushed ${count ?? 'all'}`;
 * });
 * ```
 */
export function command<const A extends readonly Argument[]>(
  name: string,
  args: A,
  help: string,
  run: (session: SessionBase, ...values: Values<A>) => unknown,
): ConsoleCommand {
  checkArgument('name', name, text('a name'));
  checkArgument('args', args, commandArgs);
  checkArgument('help', help, string('a help text'));
  checkArgument('run', run, callback);
  return {
    name,
    args,
    help,
    // The same patterns read these values.
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the boundary to typed words
    run: (session, values) => run(session, ...(values as Values<A>)),
  };
}

const argumentRemedy = 'Give a list of what arg makes: [arg.text(…)].';
const aPattern = objectWith('an argument', ['read', 'words'], argumentRemedy);
export const commandArgs: Check = listOf('a list of arguments', argumentRemedy, aPattern);

const aLabel = text('a label');
const aBound = checkThat(
  (value) => typeof value === 'number' && !Number.isNaN(value),
  'is not a bound. Give a number.',
);

/** Patterns for arguments of commands. */
export const arg: {
  /** One of these words. */
  readonly choice: <W extends string>(...words: readonly W[]) => Argument<W>;
  /** A whole number. */
  readonly whole: (label: string, least?: number, most?: number) => Argument<number>;
  /** Any word; `words` for its completion. */
  readonly text: (label: string, words?: (session: SessionBase) => readonly string[]) => Argument<string>;
  /** An argument that may be omitted: the command then gets undefined. */
  readonly optional: <T>(argument: Argument<T>) => Argument<T | undefined>;
} = {
  choice: (...words) => {
    checkArgument('words', words, listOf('a list of words', 'Give one or more.', text('a word')));
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
    checkArgument('argument', argument, objectWith('an argument', ['read', 'words'], 'Give one that arg makes.'));
    return { ...argument, label: `[${argument.label}]`, optional: true };
  },
};
