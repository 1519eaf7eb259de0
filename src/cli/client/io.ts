import { describeError } from '../../model/describeError.js';
import { maskText } from '../../model/mask.js';
import { escapeControlsInLines } from '../../model/visible.js';
import { painter } from '../paintIn.js';
import { screenText } from '../screenText.js';
import { terminalOf } from '../terminalOf.js';
import type { View } from '../timeText.js';

/** Where a command says things: data on stdout, talk on stderr. */
export interface Io {
  /** False when the reader is behind: wait for `drained`. */
  readonly print: (text: string) => boolean;
  readonly drained: () => Promise<void>;
  readonly warn: (text: string) => void;
  readonly view: View;
  /** How wide what is printed may be; Infinity where nobody looks. */
  readonly columns: number;
}

export function ioOf({ stdout, stderr, env }: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env'>): Io {
  const { live, colours, size } = terminalOf(stdout, env);
  const warn = warningsTo(stderr);
  stdout.on('error', (error: unknown) => {
    const { code, message } = describeError(error);
    // `| head` has what it wanted. Any other error means that the answer is not complete.
    if (code === 'EPIPE') process.exit(0);
    warn(`stdout: ${message}`);
    process.exit(1);
  });
  return {
    print: (text) => stdout.write(live ? screenText(text) : text),
    drained: async () => new Promise((resolve) => stdout.once('drain', resolve)),
    warn,
    view: { live, paint: painter(colours) },
    columns: live ? size().columns : Infinity,
  };
}

/** Messages on stderr do not matter as much as results: they are lost when nobody reads them. */
export function warningsTo(stderr: NodeJS.Process['stderr']): Io['warn'] {
  stderr.on('error', () => undefined);
  return (text) => void stderr.write(`rxvisor: ${escapeControlsInLines(maskText(text))}\n`);
}
