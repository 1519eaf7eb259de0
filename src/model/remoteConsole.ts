/** A console for commands, in this process or in another one: `session.console`, for example. */
export interface RemoteConsole {
  /** Runs a line. Resolves to the text to print; rejects with the error to show. */
  readonly run: (line: string) => Promise<string | undefined>;
  /** As the `completer` of Node's readline: the matches, and the part of the line that they complete. */
  readonly complete: (line: string) => [string[], string] | Promise<[string[], string]>;
}
