import type { CrashReport } from './crashReport.js';

/** What is told of crashes at a time: of one, or of a loop of them. JSON-safe. */
export interface CrashDigest {
  /** How many there were since the last digest. */
  readonly count: number;
  /** The times of the first and the last of them, in ms since the epoch. */
  readonly first: number;
  readonly last: number;
  /** The latest of each kind, told apart by child, cause and error; 10 kinds at most. */
  readonly crashes: readonly CrashReport[];
  /** What ends the session, at `POST /kill/:key`, if there is a kill switch. */
  readonly key?: string;
}
