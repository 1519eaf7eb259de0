import type { Observable } from 'rxjs';
import { checkArgument, checkOptions, type OptionChecks } from '../../model/check.js';
import { effectsWith, objectWith, text } from '../../model/checks.js';
import type { Effects } from '../../model/effects.js';
import type { RemoteConsole } from '../../model/remoteConsole.js';
import type { Supervisor } from '../../supervisor/supervise.js';
import { checkSocketPath } from '../discovery/managerPaths.js';
import { listen$, listenDiscoverable$ } from './listen$.js';
import { type ControlEvent, serveSockets$ } from './serveSockets$.js';

export type { ControlEvent } from './serveSockets$.js';

export interface ControlOptions {
  /**
   * The unix socket to listen on; on Windows, not tried, a named pipe. Default: one in the folder where `rxvisor list`
   * and `findControls` look.
   */
  readonly path?: string | undefined;
  /** What the manager is called. Default: nothing. */
  readonly name?: string | undefined;
  /** The file that `save` writes and `resurrect` reads. Default: neither can be asked for. */
  readonly savedList?: string | undefined;
  /** What `rxvisor console` steers: `session.console`, or one of yours. Default: there is none. */
  readonly console?: RemoteConsole | undefined;
  /** How to look at what children use. Default: for real. */
  readonly effects?: Pick<Effects, 'sample$'> | undefined;
}

const supervisorCheck = objectWith('a supervisor', ['start', 'stopAll', 'describe'], 'Give what supervise() makes.');
const controlOptionChecks: OptionChecks<ControlOptions> = {
  path: text('a path'),
  name: text('a name'),
  savedList: text('a path'),
  console: objectWith('a console', ['run', 'complete'], 'Give session.console, or one of yours: { run, complete }.'),
  effects: effectsWith(['sample$']),
};

/**
 * Lets other processes of this user see and command the children of a supervisor, by JSON-RPC 2.0 on a unix socket.
 *
 * ```text
 * serveControl$   (listening)---(connected)---(disconnected)---(shutdown|)
 * ```
 *
 * Cold: subscribing listens, and listens again, with another `listening`, when the socket is removed. Unsubscribing closes
 * the socket and the connections, and leaves the children alone. It completes when a client has asked for a shutdown: what
 * ends then is for you to say.
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
  checkArgument('supervisor', supervisor, supervisorCheck);
  checkOptions(options, controlOptionChecks);
  const { path } = options;
  if (path !== undefined) checkSocketPath(path);
  return serveSockets$(supervisor, path === undefined ? listenDiscoverable$() : listen$(path), options);
}
