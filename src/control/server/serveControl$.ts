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
   * Path of the unix socket to listen on. On Windows (not tested): the name of a pipe. Default: a new socket in the
   * folder that `rxvisor list` and `findControls` search.
   */
  readonly path?: string | undefined;
  /** Name of this manager, shown by `rxvisor ping`. Default: no name. */
  readonly name?: string | undefined;
  /** Path of the file that `save` writes and `resurrect` reads. Default: both commands are refused. */
  readonly savedList?: string | undefined;
  /** The console that `rxvisor console` opens: `session.console`, or your own. Default: none. */
  readonly console?: RemoteConsole | undefined;
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Pick<Effects, 'sample$'> | undefined;
}

/**
 * Lets other processes of this user see and command the children of a supervisor: JSON-RPC 2.0 on a unix socket.
 *
 * ```text
 * serveControl$   (listening)---(connected)---(disconnected)---(shutdown|)
 * ```
 *
 * Cold: each subscription opens a socket. If the socket file is removed, it listens again and emits another
 * `listening`. Unsubscribing closes the socket and its connections; the children go on. It completes after a client
 * requested a shutdown and all children have stopped. Your code decides whether the process then exits.
 *
 * @returns the events of the socket; errors with an RxvisorError, code `ERR_CONTROL`, when it cannot listen
 * @throws RxvisorError with code `ERR_OPTION` when an option is invalid, or the path is too long for a socket
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

const supervisorCheck = objectWith('a supervisor', ['start', 'stopAll', 'describe'], 'Give what supervise() makes.');
const controlOptionChecks: OptionChecks<ControlOptions> = {
  path: text('a path'),
  name: text('a name'),
  savedList: text('a path'),
  console: objectWith('a console', ['run', 'complete'], 'Give session.console, or one of yours: { run, complete }.'),
  effects: effectsWith(['sample$']),
};
