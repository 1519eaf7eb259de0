import type { SessionBase } from '../sessionBase.js';
import type { Argument } from './argument.js';

/** A command of the console, as data: the console itself, its help and its completion are made of these. */
export interface ConsoleCommand {
  /** What it begins with: one word, or several. */
  readonly name: string;
  readonly args: readonly Argument[];
  readonly help: string;
  /** What it gives is printed: text as it is, nothing for undefined. What it throws is told as an error. */
  readonly run: (session: SessionBase, values: readonly unknown[]) => unknown;
}
