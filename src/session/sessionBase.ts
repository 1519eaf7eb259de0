import type { Observable } from 'rxjs';
import type { REPLServer } from 'node:repl';
import type { Child, Supervisor } from '../supervise.js';
import type { Status } from '../model/status.js';
import type { Channel } from './channel.js';
import type { AnyContract, Contract } from './ipc/contract.js';
import type { ReplOptions } from './console/startRepl.js';
import type { SessionConsole } from './console/sessionConsole.js';
import type { CrashReport } from './crashReport.js';
import type { ExitHandler } from './exitHandlers.js';
import type { SessionEvent } from './sessionEvent.js';
import type { Settings } from './settings.js';
import type { EndOptions } from './endOptions.js';

/** How a session has ended. `exitCode` is for whoever runs it to exit with. */
export interface SessionEnd {
  readonly reason: string;
  readonly exitCode: number;
}

export interface SetOptions {
  /** Restart the worker, so that it finds the setting in its environment. Default `false`. */
  readonly restart?: boolean | undefined;
  /** Poll at once, and go on from there: for `polling`. Default `false`. */
  readonly now?: boolean | undefined;
}

/** A session, but for its promised IPC. */
export interface SessionBase extends AsyncDisposable {
  /** Its only child is the worker. For `serveControl$`, and for whatever else is done to supervisors. */
  readonly supervisor: Supervisor;
  readonly child: Child;
  /** Hot. Completes when the session has ended. */
  readonly event$: Observable<SessionEvent>;
  readonly crash$: Observable<CrashReport>;
  /** What ends the session at a kill switch. */
  readonly key: string;
  readonly settings: () => Settings;
  /**
   * Changes a setting: `port.NAME`, or `polling` in ms. The worker hears of it at once, by `onSetting`; the heartbeat asks the
   * port that the run began with.
   *
   * @throws RxvisorError with code `ERR_OPTION`, as a rejection: there is no such setting, or it cannot be that
   */
  readonly set: (name: string, value: number, options?: SetOptions) => Promise<void>;
  /**
   * Resolves when the new run is ready, or has failed. `force` leaves the worker no grace.
   *
   * @throws RxvisorError with code `ERR_SESSION`, as a rejection: the session ends
   */
  readonly restart: (options?: { readonly force?: boolean | undefined }) => Promise<Status>;
  /** Resolves when the worker is gone and the session has ended. */
  readonly endSession: (reason: string, options?: EndOptions) => Promise<SessionEnd>;
  /**
   * Resolves when the session has ended: by `endSession`, by a signal, or because its worker will not run again: it was given up or removed, or its
   * spec says so (`restartOn: 'crash'`, `stopExitCodes`). Who is told of
   * crashes has been told by then of the last ones, or has had 10 s for that. A signal ends this process after that.
   */
  readonly ended: Promise<SessionEnd>;
  /**
   * Calls `handler` with why: once when a run of the worker ends by a crash, a stop or a restart, and once when the session
   * does. Handlers run side by side; at the end of the session, and for `restart()`, they are awaited for the grace. Gives a
   * function that takes it back.
   */
  readonly onExit: (handler: ExitHandler) => () => void;
  /** What the console is made of: commands, help and completion, for a console of your own. */
  readonly console: SessionConsole;
  /** The console, on a terminal. */
  readonly repl: (options?: ReplOptions) => Promise<REPLServer>;
}

/** A server and its monitor. `Theirs` is what the worker handles, `Ours` what is handled here. */
export interface Session<
  Theirs extends Contract<Theirs> = AnyContract,
  Ours extends Contract<Ours> = AnyContract,
> extends SessionBase {
  /** Promised IPC with the worker, over its restarts. */
  readonly ipc: Channel<Theirs, Ours>;
}
