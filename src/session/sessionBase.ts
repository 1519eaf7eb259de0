import type { REPLServer } from 'node:repl';
import type { Observable } from 'rxjs';
import type { Status } from '../model/status.js';
import type { Child, Supervisor } from '../supervisor/supervise.js';
import type { SupervisorEvent } from '../supervisor/supervisedChild.js';
import type { Channel } from './channel.js';
import type { ReplOptions, SessionConsole } from './console/startRepl.js';
import type { CrashReport } from './crashes.js';
import type { ExitHandler } from './exitHandlers.js';
import type { HeartbeatEvent } from './heartbeat$.js';
import type { EndOptions } from './protocol.js';
import type { AnyContract, Contract } from './rpc/contract.js';
import type { Settings } from './settings.js';

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

/** What a session tells: the events of its worker, and those of its own. JSON-safe. */
export type SessionEvent =
  | SupervisorEvent
  | HeartbeatEvent
  /** The worker has crashed. */
  | { readonly type: 'crashed'; readonly report: CrashReport }
  /** The worker has something to say to people. */
  | { readonly type: 'notice'; readonly text: string }
  /** A setting was changed at run time. */
  | { readonly type: 'setting'; readonly name: string; readonly value: number }
  /** Somebody could not be told of crashes. */
  | { readonly type: 'notifyFailed'; readonly message: string }
  /** The last event. */
  | { readonly type: 'sessionEnded'; readonly reason: string; readonly exitCode: number };

/** An event of a session as a line for people; undefined for those that are not worth one. */
export function sessionEventText(event: SessionEvent): string | undefined {
  switch (event.type) {
    case 'notice':
      return event.text;
    case 'listening':
      return event.first ? 'listening' : 'listening again';
    case 'heartbeatMissed':
      return `no answer: ${String(event.failures)} of ${String(event.tolerance)} tolerated failures (${event.message})`;
    case 'unresponsive':
      return `unresponsive: ${event.message}`;
    case 'crashed':
      return `crashed: ${event.report.error.name}: ${event.report.error.message}`;
    case 'backingOff':
      return `restarts in ${String(event.delay)} ms, after crash ${String(event.crashes)}`;
    case 'gaveUp':
      return `failed, not restarted: ${event.reason}`;
    case 'setting':
      return `${event.name} is ${String(event.value)}`;
    case 'notifyFailed':
      return `could not notify: ${event.message}`;
    case 'sessionEnded':
      return `the session has ended: ${event.reason}`;
    default:
      return undefined;
  }
}
