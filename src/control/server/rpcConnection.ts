import type { Socket } from 'node:net';
import { RxvisorError } from '../../model/errors.js';
import { show } from '../../model/show.js';
import { decodeMessage, encodeFrame, frameDecoder, type JsonRpcMessage } from '../protocol/frames.js';
import { requestProblem } from '../protocol/requestProblem.js';
import { toRpcError } from '../protocol/rpcError.js';

/** Requests of a client without an answer. The next one is read when one is answered, and the client has taken the answer. */
const MAX_IN_FLIGHT = 32;
/** Requests that only wait for what others have begun, and so cost nothing. Beyond this number they count, too. */
const WAITING_METHODS: ReadonlySet<string> = new Set(['settled']);
const MAX_WAITING = 1_024;

export interface RpcConnectionOptions {
  /** The most bytes that the next message may have. */
  readonly maxFrame: () => number;
  /** Gives the result of a request. What it throws is the answer, too. */
  readonly onRequest: (method: string, params: unknown) => Promise<unknown>;
  /** Its errors are errors of the connection. */
  readonly onNotification: (method: string, params: unknown) => void;
  /** The client sent something that is not a message. Nothing more is read. */
  readonly onError: (error: Error) => void;
}

/** The manager's end of a connection: JSON-RPC 2.0, in the frames of the Language Server Protocol. */
export interface RpcConnection {
  /** Resolves when the system has taken the bytes, as fast as the client reads. Rejects if the client has gone. */
  readonly notify: (method: string, params: object) => Promise<void>;
  /** Answers a message that cannot be read: no request is known by its id. */
  readonly sendError: (error: Error) => void;
  /** Stops reading. */
  readonly close: () => void;
}

/** Answers what a client asks. The number and the size of its requests are limited. */
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
        handle(decodeMessage(frame));
      }
    } catch (error) {
      fail(error);
      return;
    }
    if (frames.length > 0) socket.pause();
    else socket.resume();
  }

  function handle(message: JsonRpcMessage): void {
    const { id, method, params } = message;
    if (typeof method !== 'string' || !['undefined', 'number', 'string'].includes(typeof id)) {
      throw new RxvisorError('ERR_CONTROL', `message: ${show(message)} is not a request. Send a method, and an id.`);
    }
    if (id !== undefined) void answer(id, method, params);
    // As the Language Server Protocol has it: notifications of the protocol itself that are not known are ignored.
    else if (!method.startsWith('$/')) onNotification(method, params);
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
      // The client has gone: the socket says so itself.
    } finally {
      if (waits) waiting -= 1;
      else inFlight -= 1;
      processFrames();
    }
  }

  /** An answer that is too long, or cannot be JSON, becomes an error. */
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
