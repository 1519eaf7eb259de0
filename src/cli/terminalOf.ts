import type { Size } from './statusTable.js';

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
    size: () => ({ columns: orElse(stdout.columns, 80), rows: orElse(stdout.rows, 24) }),
  };
}

function orElse(given: number | undefined, usual: number): number {
  return given === undefined || given === 0 ? usual : given;
}
