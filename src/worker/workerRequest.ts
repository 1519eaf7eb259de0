import type { Server, Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** A request, as its worker sees it. */
export interface WorkerRequest<T = unknown> {
  /** A UUID, version 4; the response bears it too. */
  readonly id: string;
  /** What was asked. */
  readonly data: T;
  /** When it was asked: ms since the epoch, by the manager's clock. */
  readonly createdAt: number;
  /** The stream that came with it, if one did. What is not read of it keeps the manager's side waiting. */
  readonly stream: Readable | undefined;
  /** The socket or server that came with it, if one did; it is this process's own. */
  readonly socket: Socket | Server | undefined;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Tells the manager that this one does not count against the worker's `concurrency` any more: send the next. */
  readonly ack: () => void;
  /**
   * Answers, with a stream of bytes if there is one. For handlers that do not return their answer, or that return more
   * than data.
   *
   * @returns false when nobody waits for the answer any more, or it has been answered before; for the latter there is a
   * warning, too
   */
  readonly respond: (data?: unknown, stream?: Readable) => boolean;
}
