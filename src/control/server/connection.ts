import type { Socket } from 'node:net';
import { describeError, RxvisorError } from '../../model/errors.js';
import { show } from '../../model/show.js';
import { decodeMessage, encodeFrame, frameDecoder, type JsonRpcMessage } from '../protocol/frames.js';

/** Requests of a client without an answer. The next one is read when one is answered, and the client has taken the answer. */
const MAX_IN_FLIGHT = 32;
/** Requests that only wait for what others have begun, and so cost nothing. Beyond this number they count, too. */
const WAITING: ReadonlySet<string> = new Set(['settled']);
const MAX_WAITING = 1_024;

export interface ConnectionOptions {
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
export interface Connection {
  /** Resolves when the system has taken the bytes, as fast as the client reads. Rejects if the client has gone. */
  readonly notify: (method: string, params: object) => Promise<void>;
  /** Answers a message that cannot be read: no request is known by its id. */
  readonly complain: (error: Error) => void;
  /** Stops reading. */
  readonly close: () => void;
}

/** Answers what a client asks. The number and the size of its requests are limited. */
export function connection(
  socket: Socket,
  { maxFrame, onRequest, onNotification, onError }: ConnectionOptions,
): Connection {
  const decode = frameDecoder(maxFrame);
  let frames: Buffer[] = [];
  let inFlight = 0;
  let waiting = 0;
  socket.on('data', receive);

  return {
    notify: async (method, params) => write(encodeFrame({ jsonrpc: '2.0', method, params })),
    complain: (error) => {
      respond(null, { error: errorObject(error) }).catch(() => undefined);
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
    proceed();
  }

  function proceed(): void {
    if (socket.destroyed) return;
    try {
      while (inFlight < MAX_IN_FLIGHT) {
        const frame = frames.shift();
        if (frame === undefined) break;
        const problem = requestProblem(frame);
        if (problem !== undefined) throw new RxvisorError('ERR_CONTROL', `message: ${problem}`);
        take(decodeMessage(frame));
      }
    } catch (error) {
      fail(error);
      return;
    }
    if (frames.length > 0) socket.pause();
    else socket.resume();
  }

  function take(message: JsonRpcMessage): void {
    const { id, method, params } = message;
    if (typeof method !== 'string' || !['undefined', 'number', 'string'].includes(typeof id)) {
      throw new RxvisorError('ERR_CONTROL', `message: ${show(message)} is not a request. Send a method, and an id.`);
    }
    if (id !== undefined) void answer(id, method, params);
    // As the Language Server Protocol has it: notifications of the protocol itself that are not known are ignored.
    else if (!method.startsWith('$/')) onNotification(method, params);
  }

  async function answer(id: unknown, method: string, params: unknown): Promise<void> {
    const waits = WAITING.has(method) && waiting < MAX_WAITING;
    if (waits) waiting += 1;
    else inFlight += 1;
    try {
      const outcome = await onRequest(method, params).then(
        (result: unknown) => ({ result: result ?? null }),
        (error: unknown) => ({ error: errorObject(error) }),
      );
      await respond(id, outcome);
    } catch {
      // The client has gone: the socket says so itself.
    } finally {
      if (waits) waiting -= 1;
      else inFlight -= 1;
      proceed();
    }
  }

  /** An answer that is too long, or cannot be JSON, becomes an error. */
  async function respond(id: unknown, outcome: object): Promise<void> {
    let frame: string;
    try {
      frame = encodeFrame({ jsonrpc: '2.0', id, ...outcome });
    } catch (error) {
      frame = encodeFrame({ jsonrpc: '2.0', id, error: { ...errorObject(error), code: INTERNAL_ERROR } });
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

/** https://www.jsonrpc.org/specification#error_object: errors of an application are above -32000. */
const APPLICATION_ERROR = -32_000;
const INTERNAL_ERROR = -32_603;

function errorObject(error: unknown): { readonly code: number; readonly message: string; readonly data: object } {
  const { code, message } = describeError(error);
  return { code: error instanceof RxvisorError ? APPLICATION_ERROR : INTERNAL_ERROR, message, data: { code } };
}

/** Limits of a request. Parsing a larger one takes so long that all other clients wait. */
const MAX_DEPTH = 100;
const MAX_VALUES = 200_000;

const QUOTE = 0x22;
const ESCAPE = 0x5c;
const COMMA = 0x2c;

/** Why a request is too costly to parse, found without parsing it; undefined: it is not. */
export function requestProblem(json: Uint8Array): string | undefined {
  let depth = 0;
  let values = 1;
  let quoted = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === QUOTE) quoted = !quoted;
    else if (quoted) at += byte === ESCAPE ? 1 : 0;
    else if (byte === COMMA) values += 1;
    else if (byte === 0x5b || byte === 0x7b) depth += 1;
    else if (byte === 0x5d || byte === 0x7d) depth -= 1;
    if (depth > MAX_DEPTH) return `it is nested too deep. Nest ${String(MAX_DEPTH)} deep or less.`;
    if (values > MAX_VALUES) return `it has too many values. Send ${String(MAX_VALUES)} or fewer.`;
  }
  return undefined;
}
