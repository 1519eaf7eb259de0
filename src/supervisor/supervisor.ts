import type { Observable } from 'rxjs';
import type { ChildSpec } from '../model/spec/childSpec.js';
import type { CommandResult, Description, Status } from '../model/status.js';
import type { Target } from '../model/target.js';
import type { Child, SupervisorEvent } from './supervisedChild.js';

/** Many children, by name and id. Promises resolve with the statuses of the children they were about. */
export interface Supervisor extends AsyncDisposable {
  readonly event$: Observable<SupervisorEvent>;
  /** A snapshot first, then every change. */
  readonly status$: Observable<readonly Status[]>;
  /** @throws SpecError before any effect */
  start: (spec: ChildSpec) => Child;
  /** Knows a child without running it, which `restart` does. @throws SpecError before any effect */
  add: (spec: ChildSpec) => Child;
  /**
   * Resolves when the groups are gone and the logs written. `grace` in ms in place of the specs'.
   * @throws RxvisorError with code ERR_OPTION or ERR_TARGET, as a rejection
   */
  stop: (target: Target, options?: { readonly grace?: number }) => Promise<readonly Status[]>;
  /** `onStopping` handlers first, then all children. */
  stopAll: (options?: { readonly grace?: number }) => Promise<readonly Status[]>;
  /**
   * Resolves when all are ready again, or have failed to be; `refused` says why. Starts stopped children, too. Children that
   * share ports restart one by one. The schedule and the limit of each start over.
   *
   * `settle`, in ms: how long each has to stay ready. Default: the `settle` of its spec, or `0`.
   * @throws RxvisorError with code ERR_OPTION or ERR_TARGET, as a rejection
   */
  restart: (target: Target, options?: { readonly settle?: number }) => Promise<readonly CommandResult[]>;
  /** Stops, then forgets. */
  remove: (target: Target) => Promise<readonly Status[]>;
  /** Forgets crashes and restarts: the next crash is the first again. */
  reset: (target: Target) => readonly Status[];
  /** Ends the runs as ones that have failed: asked first, as by a stop, and restarted as after a crash. */
  fail: (target: Target, reason?: 'fail' | 'liveness') => readonly Status[];
  signal: (target: Target, signal: NodeJS.Signals) => readonly Status[];
  /**
   * Sends an IPC message. Resolves when it is written to the channel. `refused` says why a child did not get it: the child is
   * not running, has no IPC channel, or leaves 16 MiB of messages unread; or Node cannot encode the message.
   *
   * @throws RxvisorError with code ERR_TARGET, as a rejection
   */
  send: (target: Target, message: unknown, handle?: unknown) => Promise<readonly CommandResult[]>;
  /** Reopens the logs by their paths, after a logrotate. A child that is not running has no open log: nothing happens. */
  reopenLogs: (target: Target) => readonly Status[];
  /**
   * Restarts it when its files change, or no longer; without `on` the other way round than now. For as long as it runs.
   * Resolves when every change from now on is noticed; `refused` says why a child is not watched: it is not running, or its
   * files cannot be watched.
   *
   * @throws RxvisorError with code ERR_OPTION or ERR_TARGET, as a rejection
   */
  watch: (target: Target, on?: boolean) => Promise<readonly CommandResult[]>;
  /** What each was started by. `start(spec)` of that is one more of the same. */
  describe: (target: Target) => readonly Description[];
  /** Called, and awaited for the grace, before all children are stopped. Gives a function that takes it back. */
  onStopping: (handler: () => unknown) => () => void;
}
