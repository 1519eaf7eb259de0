import type { REPLServer } from 'node:repl';
import type { Observable } from 'rxjs';
import type { Status } from '../model/status.js';
import type { Child, Supervisor } from '../supervisor/supervise.js';
import type { SupervisorEvent } from '../supervisor/child.js';
import type { Channel } from './channel.js';
import type { ReplOptions, SessionConsole } from './console/startRepl.js';
import type { CrashReport } from './crashes.js';
import type { ExitHandler } from './exitHandlers.js';
import type { HeartbeatEvent } from './heartbeat$.js';
import type { EndOptions } from './protocol.js';
import type { AnyContract, Contract } from './rpc/contract.js';
import type { Settings } from './settings.js';

/** How a session ended. `exitCode` is the code that your process should exit with. */
export interface SessionEnd {
  readonly reason: string;
  readonly exitCode: number;
}

export interface SetOptions {
  /** Restart the worker, so that its environment has the setting. Default `false`. */
  readonly restart?: boolean | undefined;
  /** For `polling`: poll at once, then at the new interval. Default `false`. */
  readonly now?: boolean | undefined;
}

/** A session without its promised IPC. */
export interface SessionBase extends AsyncDisposable {
  /** The supervisor of the session, for `serveControl$` for example. Its only child is the worker. */
  readonly supervisor: Supervisor;
  readonly child: Child;
  /** Hot. Completes when the session has ended. */
  readonly event$: Observable<SessionEvent>;
  readonly crash$: Observable<CrashReport>;
  /** The key of the kill switch. */
  readonly key: string;
  readonly settings: () => Settings;
  /**
   * Changes a setting: `port.NAME`, or `polling` in ms. `onSetting` of the worker gets it at once. The heartbeat polls the port that
   * the run got at its start.
   *
   * @throws RxvisorError with code `ERR_OPTION`, as a rejection: an unknown setting, or an invalid value
   */
  readonly set: (name: string, value: number, options?: SetOptions) => Promise<void>;
  /**
   * Restarts the worker. Resolves when the new run is ready, or has failed. With `force`, the worker gets no grace period.
   *
   * @throws RxvisorError with code `ERR_SESSION`, as a rejection: the session ends
   */
  readonly restart: (options?: { readonly force?: boolean | undefined }) => Promise<Status>;
  /** Ends the session. Resolves when the worker and the session have ended. */
  readonly endSession: (reason: string, options?: EndOptions) => Promise<SessionEnd>;
  /**
   * Resolves when the session has ended: by `endSession`, by a signal, or because the worker will not run again. It was given up or
   * removed, or its spec allows its exit (`restartOn: 'crash'`, `stopExitCodes`). By then the last crashes were reported, which may
   * take 10 s. A signal ends this process after that.
   */
  readonly ended: Promise<SessionEnd>;
  /**
   * Calls `handler` with the reason: once when a run of the worker ends by a crash, a stop or a restart, and once at the end of the
   * session. Handlers run at the same time. `restart()` and the end of the session wait for them, for `grace` at most. Returns a
   * function that removes the handler.
   */
  readonly onExit: (handler: ExitHandler) => () => void;
  /** Commands, help and completion, for a console of your own. */
  readonly console: SessionConsole;
  /** Opens the console in a terminal. */
  readonly repl: (options?: ReplOptions) => Promise<REPLServer>;
}

/** A server and its monitor. `Theirs`: the handlers of the worker; `Ours`: those of this process. */
export interface Session<
  Theirs extends Contract<Theirs> = AnyContract,
  Ours extends Contract<Ours> = AnyContract,
> extends SessionBase {
  /** Promised IPC with the worker. It survives restarts. */
  readonly ipc: Channel<Theirs, Ours>;
}

/** The events of the worker, and those of the session. JSON-safe. */
export type SessionEvent =
  | SupervisorEvent
  | HeartbeatEvent
  /** The worker has crashed. */
  | { readonly type: 'crashed'; readonly report: CrashReport }
  /** A line for people from the worker. */
  | { readonly type: 'notice'; readonly text: string }
  /** A setting was changed at run time. */
  | { readonly type: 'setting'; readonly name: string; readonly value: number }
  /** A digest of crashes could not be sent. */
  | { readonly type: 'notifyFailed'; readonly message: string }
  /** The last event. */
  | { readonly type: 'sessionEnded'; readonly reason: string; readonly exitCode: number };

/** An event of a session as a line for people. Undefined for events that are not printed. */
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
