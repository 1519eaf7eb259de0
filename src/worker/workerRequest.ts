import type { Server, Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** A request, on the side of the worker. */
export interface WorkerRequest<T = unknown> {
  /** A UUID, version 4; the response has the same. */
  readonly id: string;
  /** The payload. */
  readonly data: T;
  /** The time of the subscription: ms since the epoch, by the manager's clock. */
  readonly createdAt: number;
  /** The stream that came with the request, if any. The manager's side waits until it is read. */
  readonly stream: Readable | undefined;
  /** The socket or server that came with the request, if any. It belongs to this process. A socket is closed when the request fails. */
  readonly socket: Socket | Server | undefined;
  /** Aborts when the request is cancelled or times out. */
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
   * Answers, with a stream of bytes if there is one. For handlers that answer later, or with a stream.
   *
   * @returns false if no caller waits any more, or if there was an answer before; the latter also prints a warning
   */
  readonly respond: (data?: unknown, stream?: Readable) => boolean;
}

type Fields = Omit<WorkerRequest, 'signal' | 'hasStream' | 'hasSocket'>;
type Own = Omit<WorkerRequest, 'signal'>;
type Unfinished = { -readonly [K in keyof Own]: Own[K] } & typeof lazy;

const SIGNAL = Symbol('signal');

/**
 * The prototype of all requests. A getter on each request would give each its own hidden class: 2 µs a request, and most of the
 * worker's time in the garbage collector.
 */
const lazy = {
  [SIGNAL]: (): AbortSignal => AbortSignal.abort(),
  get signal(): AbortSignal {
    return this[SIGNAL]();
  },
};

/** @param signal creates the signal when it is read: a controller costs more than all else of a request */
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
