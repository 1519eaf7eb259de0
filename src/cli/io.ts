import { describeError } from '../model/errors.js';
import { maskText } from '../model/mask.js';
import { escapeControls, escapeControlsInLines } from '../model/show.js';
import { painter, screenText, type View } from './format/paint.js';

/** Output of a command: data to stdout, messages to stderr. */
export interface Io {
  /** Returns false when the reader is slow: then wait for `drained`. */
  readonly print: (text: string) => boolean;
  readonly drained: () => Promise<void>;
  readonly warn: (text: string) => void;
  readonly view: View;
  /** Whether the locale has UTF-8. If not, drawings are ASCII. */
  readonly unicode: boolean;
  /** Width of the terminal; Infinity without a terminal. */
  readonly columns: number;
}

/** What an output stream can display. */
export interface Terminal {
  /** True for a terminal that can move its cursor. */
  readonly live: boolean;
  readonly colours: boolean;
  readonly size: () => Size;
}

export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export function ioOf({ stdout, stderr, env }: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env'>): Io {
  const { live, colours, size } = terminalOf(stdout, env);
  const warn = warningsTo(stderr);
  stdout.on('error', (error: unknown) => {
    const { code, message } = describeError(error);
    // EPIPE: the reader, such as `head`, has read enough. After any other error the output is incomplete.
    if (code === 'EPIPE') process.exit(0);
    warn(`stdout: ${message}`);
    process.exit(1);
  });
  return {
    print: (text) => stdout.write(live ? screenText(text) : text),
    drained: async () => new Promise((resolve) => stdout.once('drain', resolve)),
    warn,
    view: { live, paint: painter(colours) },
    unicode: hasUtf8(env),
    columns: live ? size().columns : Infinity,
  };
}

/** Prints messages on stderr. A failed write is ignored. */
export function warningsTo(stderr: NodeJS.Process['stderr']): Io['warn'] {
  stderr.on('error', () => undefined);
  return (text) => void stderr.write(`rxvisor: ${escapeControlsInLines(maskText(text))}\n`);
}

export function terminalOf(stdout: TerminalStream, env: Readonly<Record<string, string | undefined>>): Terminal {
  const live = stdout.isTTY === true && env.TERM !== 'dumb';
  return {
    live,
    // https://no-color.org
    colours: live && (env.NO_COLOR ?? '') === '',
    // A terminal that does not know its size reports 0.
    size: () => ({ columns: sizeOr(stdout.columns, 80), rows: sizeOr(stdout.rows, 24) }),
  };
}

/**
 * Makes one line of JSON that is safe to print on a terminal. `JSON.stringify` escapes ESC and BEL. It does not escape
 * C1 control characters (U+009B begins a sequence, as ESC [ does), nor characters that change the direction of text. A
 * JSON parser reads the escaped text as the same value.
 */
export function toJson(value: unknown): string {
  return escapeControls(JSON.stringify(value));
}

/** As tree(1) does, by the locale: the first of these variables that is set decides. */
function hasUtf8({ LC_ALL, LC_CTYPE, LANG }: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value = '') => value !== '') ?? '';
  return /utf-?8/i.test(locale);
}

function sizeOr(given: number | undefined, usual: number): number {
  return given === undefined || given === 0 ? usual : given;
}
