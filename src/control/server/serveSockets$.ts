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

/** What happens at the socket. `clients` is how many there are now. */
export type ControlEvent =
  /** Also when the socket was removed, and there is a new one. */
  | { readonly type: 'listening'; readonly path: string }
  | { readonly type: 'connected' | 'disconnected'; readonly clients: number }
  /** A client sent what is no message; its connection was ended. */
  | { readonly type: 'refused'; readonly message: string }
  /** A client asked for it. All children have stopped, the socket is closed. */
  | { readonly type: 'shutdown' };

interface ServeOptions {
  readonly name?: string | undefined;
  readonly savedList?: string | undefined;
  readonly console?: RemoteConsole | undefined;
  readonly effects?: Pick<Effects, 'sample$'> | undefined;
}

/** Serves the clients of a supervisor, as `serveControl$`. @param socket$ the path, whenever it listens, and its clients */
export function serveSockets$(
  supervisor: Supervisor,
  socket$: Observable<string | Socket>,
  { name, savedList, console, effects = nodeEffects }: ServeOptions,
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
      effects,
    });
    const service = { info, supervisor, history, methods: { ...methods, shutdown } };
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
    // Once the answer to who asked for it has been written.
    const over$ = shutdown$.pipe(delay(0));
    return concat(event$.pipe(takeUntil(over$)), of({ type: 'shutdown' } as const)).pipe(finalize(history.close));

    async function shutdown(params: unknown): Promise<Awaited<ReturnType<typeof methods.shutdown>>> {
      const statuses = await methods.shutdown(params);
      shutdown$.next();
      return statuses;
    }
  });
}
