import type { RemoteConsole } from '../../model/remoteConsole.js';
import type { CommandHelp } from './commandHelp.js';

/** A console without a terminal: what a line does, how it goes on, what there is. For terminals, sockets and tests. */
export interface SessionConsole extends RemoteConsole {
  /** JSON-safe. */
  readonly help: readonly CommandHelp[];
  /** Does what a line says. Gives what is to be printed; throws RxvisorError with code `ERR_OPTION` for what it does not know. */
  readonly run: (line: string) => Promise<string | undefined>;
  /** As `completer` of Node's readline: what fits, and the part of the line that it fits. */
  readonly complete: (line: string) => [string[], string];
}
