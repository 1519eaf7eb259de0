/** One end of what messages go over, as a channel sees it. */
export interface Line {
  /** Gives the error, when it could not be sent. */
  readonly send: (message: unknown) => Error | undefined;
  /** Gives a function that stops listening. */
  readonly listen: (listener: LineListener) => () => void;
  /** Runs `work` in `ms`; gives a function that calls it off. */
  readonly after: (ms: number, work: () => void) => () => void;
  /** Whether this side waits for messages: then the process must not end for want of anything else to do. */
  readonly hold: (yes: boolean) => void;
}

export interface LineListener {
  readonly message: (message: unknown) => void;
  /** The other side has gone. Another one may take its place. */
  readonly lost: () => void;
  /** There will be no other side any more. */
  readonly ended: () => void;
}
