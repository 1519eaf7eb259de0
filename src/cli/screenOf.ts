import { fromEvent, map, type Observable } from 'rxjs';
import { type Terminal, terminalOf, type TerminalStream } from './terminalOf.js';

/** Where the command shows what happens. When `live`, the table is drawn there. */
export interface Screen extends Terminal {
  readonly write: (text: string) => void;
  readonly resized$: Observable<unknown>;
  /** Nobody reads any more: `| head` has what it wanted, or the terminal was closed. */
  readonly gone$: Observable<unknown>;
}

interface Stdout
  extends TerminalStream, Pick<NodeJS.WritableStream, 'write' | 'on' | 'addListener' | 'removeListener'> {}

export function screenOf(stdout: Stdout, env: Readonly<Record<string, string | undefined>>): Screen {
  // EPIPE comes with every write there still is; the first one is news, and none an uncaught exception.
  stdout.on('error', () => undefined);
  return {
    ...terminalOf(stdout, env),
    write: (text) => {
      stdout.write(text);
    },
    resized$: fromEvent(stdout, 'resize').pipe(map(() => undefined)),
    gone$: fromEvent(stdout, 'error'),
  };
}
