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

type Fields = Omit<WorkerRequest, 'signal' | 'hasStream' | 'hasSocket'>;
type Own = Omit<WorkerRequest, 'signal'>;
type Unfinished = { -readonly [K in keyof Own]: Own[K] } & typeof lazy;

const SIGNAL = Symbol('signal');

/**
 * Shared by all requests. A getter of each one's own would make each of them a dictionary with a hidden class for itself:
 * 2 µs a request, and most of a worker's time in the garbage collector.
 */
const lazy = {
  [SIGNAL]: (): AbortSignal => AbortSignal.abort(),
  get signal(): AbortSignal {
    return this[SIGNAL]();
  },
};

/** @param signal makes the signal, for those who ask for it: a controller costs more than all else of a request */
export function createRequest(fields: Fields, signal: () => AbortSignal): WorkerRequest {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- what has a prototype and no class has no type
  const request: Unfinished = Object.create(lazy);
  request.id = fields.id;
  request.data = fields.data;
  request.createdAt = fields.createdAt;
  request.stream = fields.stream;
  request.socket = fields.socket;
  request.hasStream = fields.stream !== undefined;
  request.hasSocket = fields.socket !== undefined;
  request.ack = fields.ack;
  request.release = fields.release;
  request.respond = fields.respond;
  request[SIGNAL] = signal;
  return request;
}
