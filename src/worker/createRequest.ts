import type { WorkerRequest } from './workerRequest.js';

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
