/** A command, in words: `set port NAME N [restart]`. */
export interface CommandHelp {
  readonly usage: string;
  readonly help: string;
}
