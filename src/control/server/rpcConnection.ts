import type { Socket } from 'node:net';
import { RxvisorError } from '../../model/errors.js';
import { show } from '../../model/show.js';
import { decodeMessage, encodeFrame, frameDecoder } from '../protocol/frames.js';
import { requestProblem } from '../protocol/requestProblem.js';
import { toRpcError } from '../protocol/rpcError.js';

export interface RpcConnectionOptions {
  /** Maximum size of the next message, in bytes. */
  readonly maxFrame: () => number;
  /** Returns the result of a request. A rejection becomes the error of the answer. */
  readonly onRequest: (method: string, params: unknown) => Promise<unknown>;
  /** Handles a notification. What it throws ends the connection. */
  readonly onNotification: (method: string, params: unknown) => void;
  /** Called when the client sent an invalid message. Nothing more is read. */
  readonly onError: (error: Error) => void;
}

/** The manager's end of a connection: JSON-RPC 2.0 in the frames of the Language Server Protocol. */
export interface RpcConnection {
  /** Resolves when the system has accepted the bytes; this paces the sender. Rejects when the connection is closed. */
  readonly notify: (method: string, params: object) => Promise<void>;
  /** Answers an invalid message. The error has no request id. */
  readonly sendError: (error: Error) => void;
  /** Stops reading. */
  readonly close: () => void;
}

/** Maximum number of unanswered requests of a client. The next one is read after the client has received an answer. */
const MAX_IN_FLIGHT = 32;
/** Requests that only wait for work of other requests. The first `MAX_WAITING` of them do not count as in flight. */
const WAITING_METHODS: ReadonlySet<string> = new Set(['settled']);
const MAX_WAITING = 1_024;

/** Reads requests from a socket and writes the answers. Limits the number and the size of requests. */
export function rpcConnection(
  socket: Socket,
  { maxFrame, onRequest, onNotification, onError }: RpcConnectionOptions,
): RpcConnection {
  const decode = frameDecoder(maxFrame);
  let frames: Buffer[] = [];
  let inFlight = 0;
  let waiting = 0;
  socket.on('data', receive);

  return {
    notify: async (method, params) => write(encodeFrame({ jsonrpc: '2.0', method, params })),
    sendError: (error) => {
      respond(null, { error: toRpcError(error) }).catch(() => undefined);
    },
    close,
  };

  function receive(chunk: Buffer): void {
    try {
      frames.push(...decode(chunk));
    } catch (error) {
      fail(error);
      return;
    }
    processFrames();
  }

  function processFrames(): void {
    if (socket.destroyed) return;
    try {
      while (inFlight < MAX_IN_FLIGHT) {
        const frame = frames.shift();
        if (frame === undefined) break;
        const problem = requestProblem(frame);
        if (problem !== undefined) throw new RxvisorError('ERR_CONTROL', `message: ${problem}`);
        const message = decodeMessage(frame);
        const { id, method, params } = message;
        if (typeof method !== 'string' || !['undefined', 'number', 'string'].includes(typeof id)) {
          throw new RxvisorError('ERR_CONTROL', `message: ${show(message)} is not a request. Send a method and an id.`);
        }
        if (id !== undefined) void answer(id, method, params);
        // The Language Server Protocol says to ignore unknown notifications whose names begin with `$/`.
        else if (!method.startsWith('$/')) onNotification(method, params);
      }
    } catch (error) {
      fail(error);
      return;
    }
    if (frames.length > 0) socket.pause();
    else socket.resume();
  }

  async function answer(id: unknown, method: string, params: unknown): Promise<void> {
    const waits = WAITING_METHODS.has(method) && waiting < MAX_WAITING;
    if (waits) waiting += 1;
    else inFlight += 1;
    try {
      const outcome = await onRequest(method, params).then(
        (result: unknown) => ({ result: result ?? null }),
        (error: unknown) => ({ error: toRpcError(error) }),
      );
      await respond(id, outcome);
    } catch {
      // The connection is closed: the socket emits `close`.
    } finally {
      if (waits) waiting -= 1;
      else inFlight -= 1;
      processFrames();
    }
  }

  /** Sends an error instead of an answer that is too long or that JSON cannot hold. */
  async function respond(id: unknown, outcome: object): Promise<void> {
    let frame: string;
    try {
      frame = encodeFrame({ jsonrpc: '2.0', id, ...outcome });
    } catch (error) {
      frame = encodeFrame({ jsonrpc: '2.0', id, error: toRpcError(error, true) });
    }
    return write(frame);
  }

  async function write(frame: string): Promise<void> {
    return new Promise((resolve, reject) => {
      socket.write(frame, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  function fail(error: unknown): void {
    close();
    onError(error instanceof Error ? error : new Error(String(error)));
  }

  function close(): void {
    frames = [];
    socket.off('data', receive).pause();
  }
}
