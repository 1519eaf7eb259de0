import { maskText } from '../../model/mask.js';
import { visibleLines } from '../../model/visible.js';
import { paintIn } from '../paintIn.js';
import { screenText } from '../screenText.js';
import { terminalOf } from '../terminalOf.js';
import type { View } from '../timeText.js';

/** Where a command says things: data on stdout, talk on stderr. */
export interface Io {
  /** False when the reader is behind: wait for `drained`. */
  readonly print: (text: string) => boolean;
  readonly drained: () => Promise<void>;
  readonly tell: (text: string) => void;
  readonly view: View;
  /** How wide what is printed may be; Infinity where nobody looks. */
  readonly columns: number;
}

export function ioOf({ stdout, stderr, env }: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env'>): Io {
  const { live, colours, size } = terminalOf(stdout, env);
  // `| head` has what it wanted. What is told is less than what is printed, and lost where nobody hears it.
  stdout.on('error', () => process.exit(0));
  stderr.on('error', () => undefined);
  return {
    print: (text) => stdout.write(live ? screenText(text) : text),
    drained: async () => new Promise((resolve) => stdout.once('drain', resolve)),
    tell: (text) => void stderr.write(`rxvisor: ${visibleLines(maskText(text))}\n`),
    view: { live, paint: paintIn(colours) },
    columns: live ? size().columns : Infinity,
  };
}
