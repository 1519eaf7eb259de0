import type { SessionBase } from '../sessionBase.js';

/** One word of a command line, as its command expects it. */
export interface Argument<T = unknown> {
  /** As it stands in the help: `NAME`, `clean|force`, `[now]`. */
  readonly label: string;
  /** May be left out, if those that follow are, too. */
  readonly optional: boolean;
  /** The value, or undefined for a word that does not fit. */
  readonly read: (word: string) => T | undefined;
  /** Words that fit, as far as they can be known. */
  readonly words: (session: SessionBase) => readonly string[];
}
