/** Bytes to and from one other process, in order. What is above it is told by plain callbacks: it is the hot path. */
export interface Wire {
  /** Takes all of it. False: more waits than the other side has read; `onDrain` tells when it has. */
  readonly write: (chunks: readonly Uint8Array[]) => boolean;
  /** Once; what has come before is told then. */
  readonly listen: (listener: WireListener) => void;
  /** Calls back when this turn of the program is over: what was gathered in it is written at once. */
  readonly soon: (work: () => void) => void;
  /** What has been written may be lost. `onClose` follows. */
  readonly close: () => void;
}

export interface WireListener {
  /** The chunk is the listener's, but only for the call. */
  readonly onBytes: (chunk: Buffer) => void;
  readonly onDrain: () => void;
  /** Once, after the last bytes. */
  readonly onClose: () => void;
}
