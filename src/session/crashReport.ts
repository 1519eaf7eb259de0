import type { ErrorLike } from './ipc/errorLike.js';

/** A crash: what a worker said of it before it died, or what could be seen when it died without a word. JSON-safe. */
export interface CrashReport {
  readonly name?: string;
  /** The child's id, if a supervisor has given it one. */
  readonly id?: number;
  /** The number of the run. */
  readonly attempt: number;
  /** `error`: it told so itself; `exit`, `signal`: it died without a word; `spawn`: it could not be started;
   * `failed`: it was reported as failed; `channel`: a message on its IPC channel could not be read. */
  readonly cause: 'error' | 'exit' | 'signal' | 'spawn' | 'unready' | 'unresponsive' | 'failed' | 'channel';
  readonly error: ErrorLike;
  /** The last lines of its stderr, oldest first; none where `output` is false. */
  readonly stderr: readonly string[];
  /** Ms since the epoch. */
  readonly time: number;
}
