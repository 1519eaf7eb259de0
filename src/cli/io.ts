import { describeError } from '../model/errors.js';
import { maskText } from '../model/mask.js';
import { escapeControls, escapeControlsInLines } from '../model/show.js';
import { painter, screenText, type View } from './format/paint.js';

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

/** What a stream can show. */
export interface Terminal {
  /** A terminal whose cursor can be moved. */
  readonly live: boolean;
  readonly colours: boolean;
  readonly size: () => Size;
}

export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export function terminalOf(stdout: TerminalStream, env: Readonly<Record<string, string | undefined>>): Terminal {
  const live = stdout.isTTY === true && env.TERM !== 'dumb';
  return {
    live,
    // https://no-color.org
    colours: live && (env.NO_COLOR ?? '') === '',
    // A terminal that does not know its size says 0.
    size: () => ({ columns: sizeOr(stdout.columns, 80), rows: sizeOr(stdout.rows, 24) }),
  };
}

function sizeOr(given: number | undefined, usual: number): number {
  return given === undefined || given === 0 ? usual : given;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * A value as one line of JSON that steers no terminal. `JSON.stringify` escapes ESC and BEL, but neither C1 control
 * characters, of which U+009B begins a sequence as ESC [ does, nor what turns the direction of text. To a parser escapes are
 * the same.
 */
export function toJson(value: unknown): string {
  return escapeControls(JSON.stringify(value));
}
