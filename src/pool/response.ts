import type { Readable } from 'node:stream';

/** An answer. */
export interface Response<T = unknown> {
  /** The request's: a UUID, version 4. The worker knows it by the same. */
  readonly id: string;
  /** When it was asked for: ms since the epoch. */
  readonly createdAt: number;
  readonly data: T;
  /** The stream the worker has answered with, if it has. It is the reader's: destroy it to stop it. */
  readonly stream: Readable | undefined;
  readonly hasStream: boolean;
  /** The number of the worker. */
  readonly worker: number;
}
