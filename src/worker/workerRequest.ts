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
  /** The socket or server that came with the request, if any. It belongs to this process. A socket is closed when the request fails. */
  readonly socket: Socket | Server | undefined;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly hasStream: boolean;
  readonly hasSocket: boolean;
  /**
   * Settles the request without an answer: the caller gets `undefined` as data, then completion. A later `respond` throws
   * ERR_ANSWERED.
   */
  readonly ack: () => void;
  /** The request no longer counts against the worker's `concurrency`: the pool may send the next one before the answer. */
  readonly release: () => void;
  /**
   * Answers, with a stream of bytes if there is one. For handlers that do not return their answer, or that return more
   * than data.
   *
   * @returns false when nobody waits for the answer any more, or it has been answered before; for the latter there is a
   * warning, too
   */
  readonly respond: (data?: unknown, stream?: Readable) => boolean;
}
