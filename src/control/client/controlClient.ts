import type { Socket } from 'node:net';
import { pendingRequests } from '../../ipc/pendingRequests.js';
import { checkOptions, type OptionChecks } from '../../model/check.js';
import { delay } from '../../model/checks.js';
import { describeError, RxvisorError } from '../../model/errors.js';
import type { Status } from '../../model/status.js';
import { packageVersion } from '../../system/packageVersion.js';
import { connectSocket } from '../discovery/connectSocket.js';
import { checkSocketPath } from '../discovery/managerPaths.js';
import { decodeMessage, encodeFrame, frameDecoder, type JsonRpcMessage } from '../protocol/frames.js';
import {
  type ControlMethods,
  type ControlStreams,
  type ManagerInfo,
  MAX_FRAME,
  PROTOCOL,
} from '../protocol/protocol.js';
import { requestProblem } from '../protocol/requestProblem.js';
import { fromRpcError } from '../protocol/rpcError.js';
import { explainOlderManager } from './explainOlderManager.js';

/** A connection to a manager. It does not use RxJS: loading RxJS would slow down every command. */
export interface ControlClient {
  readonly path: string;
  readonly manager: ManagerInfo;
  /** The children of the manager when the client connected, if `withList` was set. */
  readonly list?: Promise<readonly Status[]> | undefined;
  /** @throws RxvisorError with the code that the manager gave, or `ERR_CONTROL` when the connection is lost */
  readonly call: Call;
  /** Returns a function that cancels the stream. Nothing is emitted after that, or after `error` or `complete`. */
  readonly subscribe: Subscribe;
  /** Stops and resumes reading. While reading is stopped, the manager stops sending. */
  readonly pause: () => void;
  readonly resume: () => void;
  readonly close: () => void;
}

export interface ClientObserver<T> {
  readonly next: (value: T) => void;
  readonly error: (error: RxvisorError) => void;
  readonly complete: () => void;
}

export interface ClientOptions {
  /** Time to connect and receive the first answer, in ms. Default `5_000`. */
  readonly timeout?: number | undefined;
}

/** Checks of the options. */
export const clientOptionChecks: OptionChecks<ClientOptions> = { timeout: delay };

/**
 * Connects to a manager and sends `hello`.
 *
 * @param withList also request the list of children, in the same round trip
 * @throws RxvisorError with code `ERR_CONTROL` when no manager answers, or its protocol differs
 */
export async function controlClient(
  path: string,
  options: ClientOptions = {},
  withList = false,
): Promise<ControlClient> {
  checkSocketPath(path);
  checkOptions(options, clientOptionChecks);
  const { timeout = 5_000 } = options;
  const socket = await connectSocket(path, timeout).catch((cause: unknown) => {
    throw new RxvisorError('ERR_CONTROL', `${path}: ${describeError(cause).message}`, { cause });
  });
  const decode = frameDecoder(MAX_FRAME);
  const calls = pendingRequests<number, Pending>((count) => count);
  const streams = pendingRequests<number, ClientObserver<unknown>>((count) => count);
  let lost: RxvisorError | undefined;

  socket.setTimeout(timeout, () => {
    fail(new RxvisorError('ERR_CONTROL', `${path}: no answer within ${timeout} ms.`));
  });
  socket.on('data', receive);
  // A write to a connection that is already closed is EPIPE or ECONNRESET: report it as closed.
  socket.on('error', (cause) => {
    const gone = ['EPIPE', 'ECONNRESET'].includes(describeError(cause).code);
    fail(new RxvisorError('ERR_CONTROL', `${path}: ${gone ? CLOSED : cause.message}`, { cause }));
  });
  socket.on('close', () => {
    fail(new RxvisorError('ERR_CONTROL', `${path}: ${CLOSED}`));
  });

  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- hello has checked that both ends use the same protocol
  const call = request as Call;
  const hello = call('hello', { protocol: PROTOCOL, version: packageVersion() });
  const list = withList ? call('list', undefined) : undefined;
  list?.catch(() => undefined);
  const manager = await hello.catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
  socket.setTimeout(0);

  return {
    path,
    manager,
    list,
    call,
    subscribe: (stream, params, { next, error, complete }) => {
      // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- as above
      const id = streams.add({ next: next as (value: unknown) => void, error, complete });
      request('subscribe', { ...params, stream, id }).catch((cause: unknown) => {
        streams.take(id)?.error(asError(cause));
      });
      return () => {
        const cancelled = streams.take(id) !== undefined;
        if (cancelled && lost === undefined) send(socket, { method: 'cancel', params: { id } });
      };
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close: () => {
      streams.takeAll(({ complete }) => {
        complete();
      });
      fail(new RxvisorError('ERR_CONTROL', `${path}: this connection was closed by close().`));
    },
  };

  async function request(method: string, params: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (lost !== undefined) throw lost;
      const id = calls.add({
        resolve,
        reject: (error) => {
          reject(explainOlderManager(error, method));
        },
      });
      try {
        send(socket, { id, method, ...(params !== undefined && { params }) });
      } catch (error) {
        calls.take(id);
        throw error;
      }
    });
  }

  function receive(chunk: Buffer): void {
    try {
      for (const frame of decode(chunk)) handle(decodeMessage(frame));
    } catch (error) {
      fail(asError(error));
    }
  }

  function handle(message: JsonRpcMessage): void {
    if (typeof message.method === 'string') {
      notify(message.method, message.params);
      return;
    }
    const pending = calls.take(message.id);
    // An error without a request is an error of the connection.
    if (pending === undefined && message.error !== undefined) fail(fromRpcError(message.error));
    else if (message.error === undefined) pending?.resolve(message.result);
    else pending?.reject(fromRpcError(message.error));
  }

  function notify(method: string, params: unknown): void {
    if (typeof params !== 'object' || params === null || !('id' in params)) return;
    if (method === 'next') streams.get(params.id)?.next('value' in params ? params.value : undefined);
    else if (method === 'complete') streams.take(params.id)?.complete();
    else if (method === 'error') streams.take(params.id)?.error(fromRpcError({ data: params, ...params }));
  }

  function fail(error: RxvisorError): void {
    if (lost !== undefined) return;
    lost = error;
    socket.destroy();
    calls.takeAll(({ reject }) => {
      reject(error);
    });
    streams.takeAll((observer) => {
      observer.error(error);
    });
  }
}

type Call = <M extends keyof ControlMethods>(
  method: M,
  params: ControlMethods[M]['params'],
) => Promise<ControlMethods[M]['result']>;

type Subscribe = <S extends keyof ControlStreams>(
  stream: S,
  params: ControlStreams[S]['params'],
  observer: ClientObserver<ControlStreams[S]['value']>,
) => () => void;

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: RxvisorError) => void;
}

const CLOSED = 'the manager closed the connection.';

/** @throws RxvisorError with code `ERR_CONTROL` for a message for which the manager would close the connection */
function send(socket: Socket, message: object): void {
  const frame = Buffer.from(encodeFrame({ jsonrpc: '2.0', ...message }));
  const problem = requestProblem(frame);
  if (problem !== undefined) throw new RxvisorError('ERR_CONTROL', `message: ${problem}`);
  socket.write(frame);
}

function asError(error: unknown): RxvisorError {
  return error instanceof RxvisorError ? error : new RxvisorError('ERR_CONTROL', String(error), { cause: error });
}
