/** One end of what messages go over, as a channel sees it. */
export interface RpcTransport {
  /** Gives why it could not be sent, if it could not. */
  readonly send: (message: unknown) => Refusal | undefined;
  /** Gives a function that stops listening. */
  readonly listen: (listener: RpcTransportListener) => () => void;
  /** Runs `work` in `ms`; gives a function that calls it off. */
  readonly after: (ms: number, work: () => void) => () => void;
  /** Whether this side waits for messages: then the process must not end for want of anything else to do. */
  readonly hold: (yes: boolean) => void;
}

/** `'payload'`: it cannot be encoded. `'size'`: it is too large. `'nobody'`: there is no other side that takes it. */
export interface Refusal {
  readonly why: 'payload' | 'size' | 'nobody';
  readonly reason: string;
}

export interface RpcTransportListener {
  readonly message: (message: unknown) => void;
  /** The other side has gone. Another one may take its place. */
  readonly lost: () => void;
  /** There will be no other side any more. */
  readonly ended: () => void;
}
