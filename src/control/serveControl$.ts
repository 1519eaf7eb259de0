import { concat, defer, delay, EMPTY, finalize, map, mergeMap, type Observable, of, Subject, takeUntil } from 'rxjs';
import { type Effects, nodeEffects } from '../effects.js';
import { checkArgument, checkOptions, type OptionChecks } from '../model/check.js';
import { effectsWith, having, text } from '../model/checks.js';
import type { RemoteConsole } from '../model/remoteConsole.js';
import { packageVersion } from '../sources/packageVersion.js';
import type { Supervisor } from '../supervise.js';
import { admission } from './admission.js';
import { checkSocketPath } from './checkSocketPath.js';
import { keepLedger } from './keepLedger.js';
import { listen$ } from './listen$.js';
import { listenAmong$ } from './listenAmong$.js';
import { memoryOf } from './memoryOf.js';
import { methodsOf } from './methodsOf.js';
import { type ManagerInfo, PROTOCOL } from './protocol.js';
import { session$ } from './session$.js';

export interface ControlOptions {
  /**
   * The unix socket to listen on; on Windows, not tried, a named pipe. Default: one in the folder where `rxvisor list`
   * and `findControls` look.
   */
  readonly path?: string | undefined;
  /** What the manager is called. Default: nothing. */
  readonly name?: string | undefined;
  /** The file that `save` writes and `resurrect` reads. Default: neither can be asked for. */
  readonly memory?: string | undefined;
  /** What `rxvisor console` steers: `session.console`, or one of yours. Default: there is none. */
  readonly console?: RemoteConsole | undefined;
  /** How to look at what children use. Default: for real. */
  readonly effects?: Pick<Effects, 'sample$'> | undefined;
}

const aSupervisor = having('a supervisor', ['start', 'stopAll', 'describe'], 'Give what supervise() makes.');
const controlOptions: OptionChecks<ControlOptions> = {
  path: text('a path'),
  name: text('a name'),
  memory: text('a path'),
  console: having('a console', ['run', 'complete'], 'Give session.console, or one of yours: { run, complete }.'),
  effects: effectsWith(['sample$']),
};

/** What happens at the socket. `clients` is how many there are now. */
export type ControlEvent =
  | { readonly type: 'listening'; readonly path: string }
  | { readonly type: 'connected' | 'disconnected'; readonly clients: number }
  /** A client sent what is no message; its connection was ended. */
  | { readonly type: 'refused'; readonly message: string }
  /** A client asked for it. All children have stopped, the socket is closed. */
  | { readonly type: 'shutdown' };

/**
 * Lets other processes of this user see and command the children of a supervisor, by JSON-RPC 2.0 on a unix socket.
 *
 * ```text
 * serveControl$   (listening)---(connected)---(disconnected)---(shutdown|)
 * ```
 *
 * Cold: subscribing listens. Unsubscribing closes the socket and the connections, and leaves the children alone. It
 * completes when a client has asked for a shutdown: what ends then is for you to say.
 *
 * @throws RxvisorError with code `ERR_OPTION` when the path is too long for a socket
 * @returns errors with an RxvisorError, code `ERR_CONTROL`, when the socket cannot be listened on
 * @example
 * ```ts
 * import { supervise } from 'rxvisor';
 * import { serveControl$ } from 'rxvisor/control';
 *
 * const supervisor = supervise([{ name: 'web', command: 'sleep', args: ['60'] }]);
 * serveControl$(supervisor, { path: '/run/user/1000/app.sock' }).subscribe({
 *   error: (error: unknown) => console.error(String(error)),
 *   complete: () => process.exit(),
 * });
 * ```
 */
export function serveControl$(supervisor: Supervisor, options: ControlOptions = {}): Observable<ControlEvent> {
  checkArgument('supervisor', supervisor, aSupervisor);
  checkOptions(options, controlOptions);
  const { path, name, memory, console, effects = nodeEffects } = options;
  if (path !== undefined) checkSocketPath(path);
  return defer(() => {
    const info: ManagerInfo = {
      ...(name !== undefined && { name }),
      pid: process.pid,
      version: packageVersion(),
      protocol: PROTOCOL,
      startedAt: Math.round(performance.timeOrigin),
      ...(console !== undefined && { console: true }),
    };
    const ledger = keepLedger(supervisor);
    const shutdown$ = new Subject<void>();
    const methods = methodsOf({
      supervisor,
      ledger,
      info,
      memory: memory === undefined ? undefined : memoryOf(supervisor, memory),
      console,
      effects,
    });
    const service = { info, supervisor, ledger, methods: { ...methods, shutdown } };
    const guests = admission();
    let clients = 0;

    const event$ = (path === undefined ? listenAmong$() : listen$(path)).pipe(
      mergeMap((socket): Observable<ControlEvent> => {
        if (typeof socket === 'string') return of({ type: 'listening', path: socket });
        const visitor = guests.enter(socket);
        if (visitor === undefined) return EMPTY;
        return concat(
          defer(() => of({ type: 'connected', clients: (clients += 1) } as const)),
          session$(visitor, service).pipe(
            map((message) => ({ type: 'refused', message }) as const),
            finalize(() => {
              guests.leave(visitor);
            }),
          ),
          defer(() => of({ type: 'disconnected', clients: (clients -= 1) } as const)),
        );
      }),
    );
    // Once the answer to who asked for it has been written.
    const over$ = shutdown$.pipe(delay(0));
    return concat(event$.pipe(takeUntil(over$)), of({ type: 'shutdown' } as const)).pipe(finalize(ledger.close));

    async function shutdown(params: unknown): Promise<Awaited<ReturnType<typeof methods.shutdown>>> {
      const statuses = await methods.shutdown(params);
      shutdown$.next();
      return statuses;
    }
  });
}
