/** A console as it is steered, from here or from far away: `session.console` is one. */
export interface RemoteConsole {
  /** Does what a line says. Gives what is to be printed, and throws what is to be told as an error. */
  readonly run: (line: string) => Promise<string | undefined>;
  /** As `completer` of Node's readline: what fits, and the part of the line that it fits. */
  readonly complete: (line: string) => [string[], string] | Promise<[string[], string]>;
}
