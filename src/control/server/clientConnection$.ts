import { Observable, Subscription } from 'rxjs';
import * as v from 'valibot';
import { describeError, RxvisorError } from '../../model/errors.js';
import { show, suggest } from '../../model/show.js';
import type { Supervisor } from '../../supervisor/supervise.js';
import { type ManagerInfo, MAX_FRAME, PROTOCOL } from '../protocol/protocol.js';
import { type RpcConnection, rpcConnection } from './rpcConnection.js';
import type { EventHistory } from './eventHistory.js';
import type { Client } from './clientLimit.js';
import { decodeParams } from './decodeParams.js';
import type { Method } from './methods.js';
import { clientStream$ } from './clientStream$.js';

/** What every client of a manager shares. */
export interface ManagerService {
  readonly info: ManagerInfo;
  /** The methods by name. */
  readonly methods: ReadonlyMap<string, Method>;
  readonly supervisor: Supervisor;
  readonly history: EventHistory;
}

/** Maximum number of open streams of one client. */
const MAX_STREAMS = 64;
/** Time that a client has to read the last messages before its socket is destroyed, in ms. */
const CLOSE_TIMEOUT = 1_000;
/** Time to send `hello`, in ms, and its maximum size, in bytes. */
const HELLO_TIMEOUT = 5_000;
const MAX_HELLO = 65_536;

/**
 * Serves one client. Emits what was wrong if the client sent something invalid. Completes when the connection has
 * closed. Unsubscribing closes the connection.
 */
export function clientConnection$(clientState: Client, service: ManagerService): Observable<string> {
  const { socket } = clientState;
  return new Observable((subscriber) => {
    const client = rpcConnection(socket, {
      maxFrame: () => (clientState.greeted ? MAX_FRAME : MAX_HELLO),
      onRequest: answer,
      onNotification: (method, params) => {
        if (method === 'cancel') cancel(params);
      },
      onError: refuse,
    });
    const streams = new Map<number, Subscription>();
    const helloTimer = setTimeout(() => {
      refuse(
        new RxvisorError('ERR_CONTROL', `hello: not received within ${String(HELLO_TIMEOUT)} ms. Send hello first.`),
      );
    }, HELLO_TIMEOUT);

    // `close` always follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      subscriber.complete();
    });

    return () => {
      clearTimeout(helloTimer);
      for (const stream of streams.values()) stream.unsubscribe();
      client.close();
      // Data that the client never reads would keep the connection open, and this process alive.
      socket.setTimeout(CLOSE_TIMEOUT, () => socket.destroy()).destroySoon();
    };

    async function answer(method: string, params: unknown): Promise<unknown> {
      clientState.busy += 1;
      try {
        if (method === 'hello') return hello(params);
        if (!clientState.greeted)
          throw new RxvisorError('ERR_CONTROL', `${method}: sent before hello. Send hello first.`);
        if (method === 'subscribe') return subscribe(params);
        const run = service.methods.get(method);
        if (run !== undefined) return await run(params);
      } finally {
        clientState.busy -= 1;
      }
      const known = [...service.methods.keys()];
      const remedy = suggest(method, known, `Known: ${known.join(', ')}.`);
      throw new RxvisorError('ERR_OPTION', `method: ${show(method)} does not exist. ${remedy}`);
    }

    function hello(params: unknown): ManagerInfo {
      const { protocol, version } = decodeParams(helloParams, params);
      if (protocol !== PROTOCOL) {
        throw new RxvisorError(
          'ERR_CONTROL',
          `protocol: client (rxvisor ${version}) has version ${protocol}, manager (rxvisor ${service.info.version}) has version ${PROTOCOL}. Use the same rxvisor at both ends.`,
        );
      }
      clientState.greeted = true;
      clearTimeout(helloTimer);
      return service.info;
    }

    function cancel(params: unknown): void {
      const { id } = decodeParams(cancelParams, params);
      streams.get(id)?.unsubscribe();
      streams.delete(id);
    }

    function subscribe(params: unknown): null {
      const { id, stream, ...rest } = decodeParams(subscribeParams, params);
      if (streams.has(id)) throw new RxvisorError('ERR_OPTION', `id: ${id} is in use. Give another id.`);
      if (streams.size >= MAX_STREAMS) {
        throw new RxvisorError('ERR_OPTION', `subscribe: more than ${MAX_STREAMS} streams. Cancel one first.`);
      }
      const value$ = clientStream$(stream, rest, service, async (value) => client.notify('next', { id, value }));
      const subscription = new Subscription(() => (clientState.busy -= 1));
      clientState.busy += 1;
      streams.set(id, subscription);
      subscription.add(
        value$.subscribe({
          error: (error: unknown) => {
            streams.delete(id);
            subscription.unsubscribe();
            notify(client, 'error', { id, ...describeError(error) });
          },
          complete: () => {
            streams.delete(id);
            subscription.unsubscribe();
            notify(client, 'complete', { id });
          },
        }),
      );
      return null;
    }

    /** Ignores the rest of the input: after an invalid message, the start of the next one is unknown. */
    function refuse(error: Error): void {
      subscriber.next(error.message);
      client.sendError(error);
      subscriber.complete();
    }
  });
}

const id = v.pipe(v.number(), v.integer());
const cancelParams = v.strictObject({ id });
const helloParams = v.strictObject({ protocol: v.number(), version: v.string() });
const subscribeParams = v.looseObject({ id, stream: v.string() });

/** Ignores a failed write: the socket then emits `close`. */
function notify(client: RpcConnection, method: string, params: object): void {
  client.notify(method, params).catch(() => undefined);
}
