import { fromEvent, map, type Observable } from 'rxjs';
import type { Size } from './statusTable.js';

/** Where the command shows what happens. */
export interface Screen {
  /** A terminal whose cursor can be moved: the table is drawn there. */
  readonly live: boolean;
  readonly colours: boolean;
  readonly size: () => Size;
  readonly write: (text: string) => void;
  readonly resized$: Observable<unknown>;
  /** Nobody reads any more: `| head` has what it wanted, or the terminal was closed. */
  readonly gone$: Observable<unknown>;
}

interface Stdout extends Pick<NodeJS.WritableStream, 'write' | 'on' | 'addListener' | 'removeListener'> {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export function screenOf(stdout: Stdout, env: Readonly<Record<string, string | undefined>>): Screen {
  const live = stdout.isTTY === true && env.TERM !== 'dumb';
  // EPIPE comes with every write there still is; the first one is news, and none an uncaught exception.
  stdout.on('error', () => undefined);
  return {
    live,
    // https://no-color.org
    colours: live && (env.NO_COLOR ?? '') === '',
    // A terminal that does not know its size says 0.
    size: () => ({ columns: orElse(stdout.columns, 80), rows: orElse(stdout.rows, 24) }),
    write: (text) => {
      stdout.write(text);
    },
    resized$: fromEvent(stdout, 'resize').pipe(map(() => undefined)),
    gone$: fromEvent(stdout, 'error'),
  };
}

function orElse(given: number | undefined, usual: number): number {
  return given === undefined || given === 0 ? usual : given;
}
