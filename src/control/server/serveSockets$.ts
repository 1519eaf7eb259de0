import type { Socket } from 'node:net';
import { concat, defer, delay, EMPTY, finalize, map, mergeMap, type Observable, of, Subject, takeUntil } from 'rxjs';
import type { Effects } from '../../model/effects.js';
import type { RemoteConsole } from '../../model/remoteConsole.js';
import { nodeEffects } from '../../nodeEffects.js';
import type { Supervisor } from '../../supervisor/supervise.js';
import { packageVersion } from '../../system/packageVersion.js';
import { type ManagerInfo, PROTOCOL } from '../protocol/protocol.js';
import { savedServices } from '../saved/savedServices.js';
import { recordHistory } from './eventHistory.js';
import { clientLimit } from './clientLimit.js';
import { createMethods } from './methods.js';
import { clientConnection$ } from './clientConnection$.js';

/** An event of the control socket. `clients`: number of clients that are connected now. */
export type ControlEvent =
  /** It listens at `path`. Emitted again after the socket was removed and created again. */
  | { readonly type: 'listening'; readonly path: string }
  | { readonly type: 'connected' | 'disconnected'; readonly clients: number }
  /** A client sent an invalid message, and its connection was closed. `message` says what was wrong. */
  | { readonly type: 'refused'; readonly message: string }
  /** A client requested a shutdown: all children have stopped and the socket is closed. */
  | { readonly type: 'shutdown' };

interface ServeOptions {
  readonly name?: string | undefined;
  readonly savedList?: string | undefined;
  readonly console?: RemoteConsole | undefined;
  /** Whether services of several configs run in this manager. Default `false`. */
  readonly shared?: boolean | undefined;
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Pick<Effects, 'sample$'> | undefined;
}

/**
 * Serves the clients of a supervisor, as `serveControl$`.
 *
 * @param socket$ emits the path whenever it listens, and each client
 */
export function serveSockets$(
  supervisor: Supervisor,
  socket$: Observable<string | Socket>,
  { name, savedList, console, shared = false, effects = nodeEffects }: ServeOptions,
): Observable<ControlEvent> {
  return defer(() => {
    const info: ManagerInfo = {
      ...(name !== undefined && { name }),
      pid: process.pid,
      version: packageVersion(),
      protocol: PROTOCOL,
      startedAt: Math.round(performance.timeOrigin),
      ...(console !== undefined && { console: true }),
    };
    const history = recordHistory(supervisor);
    const shutdown$ = new Subject<void>();
    const methods = createMethods({
      supervisor,
      history,
      info,
      savedList: savedList === undefined ? undefined : savedServices(supervisor, savedList),
      console,
      shared,
      effects,
    });
    const service = { info, supervisor, history, methods: new Map(Object.entries({ ...methods, shutdown })) };
    const limit = clientLimit();
    let clients = 0;

    const event$ = socket$.pipe(
      mergeMap((socket): Observable<ControlEvent> => {
        if (typeof socket === 'string') return of({ type: 'listening', path: socket });
        const client = limit.enter(socket);
        if (client === undefined) return EMPTY;
        return concat(
          defer(() => of({ type: 'connected', clients: (clients += 1) } as const)),
          clientConnection$(client, service).pipe(
            map((message) => ({ type: 'refused', message }) as const),
            finalize(() => {
              limit.leave(client);
            }),
          ),
          defer(() => of({ type: 'disconnected', clients: (clients -= 1) } as const)),
        );
      }),
    );
    // First, the answer is written to the client that requested the shutdown.
    const over$ = shutdown$.pipe(delay(0));
    return concat(event$.pipe(takeUntil(over$)), of({ type: 'shutdown' } as const)).pipe(finalize(history.close));

    async function shutdown(params: unknown): Promise<Awaited<ReturnType<typeof methods.shutdown>>> {
      const statuses = await methods.shutdown(params);
      shutdown$.next();
      return statuses;
    }
  });
}
