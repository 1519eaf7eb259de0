import type { Observable } from 'rxjs';
import type { ChildSpec } from '../model/spec/childSpec.js';
import type { InheritedEnv } from '../model/spec/inheritedEnv.js';
import type { CommandResult, Description, Status } from '../model/status.js';
import type { Target } from '../model/target.js';
import type { Child, SupervisorEvent } from './child.js';

/** Many children, by name and id. Promises resolve with the statuses of the selected children. */
export interface Supervisor extends AsyncDisposable {
  /** The events of all children. */
  readonly event$: Observable<SupervisorEvent>;
  /** The current statuses of all children, then a new list at every change. */
  readonly status$: Observable<readonly Status[]>;
  /**
   * Starts a new child.
   *
   * @throws SpecError before any effect
   */
  start: (spec: ChildSpec) => Child;
  /**
   * Starts several children. `dependsOn` may name each of them. If one spec is invalid, no child is started.
   *
   * @throws SpecError before any effect. Its `field` names the wrong spec: `specs[1].grace`
   */
  startAll: (specs: readonly ChildSpec[]) => readonly Child[];
  /**
   * Adds a stopped child. `restart` or its own `start` starts it.
   *
   * `id`: the id of a child that this one will replace. Both are listed until the old one is removed. Default: a new id.
   * @throws SpecError before any effect
   */
  add: (spec: ChildSpec, options?: { readonly id?: number | undefined }) => Child;
  /** The children themselves. */
  children: (target: Target) => readonly Child[];
  /**
   * Stops children. Resolves when their process groups are empty and their logs are written.
   *
   * `grace`: the grace period in ms. Default: that of each spec.
   * @throws RxvisorError with code ERR_OPTION or ERR_TARGET, as a rejection
   */
  stop: (target: Target, options?: { readonly grace?: number }) => Promise<readonly Status[]>;
  /** Runs the `onStopping` handlers, then stops all children. */
  stopAll: (options?: { readonly grace?: number }) => Promise<readonly Status[]>;
  /**
   * Restarts children, and starts those that are stopped. Resolves when each is ready again or has failed; `refused` says why it
   * failed.
   *
   * Children that share ports restart one by one. The schedule and the limit of each child start over. `options`: see
   * {@link ChildRestartOptions}.
   *
   * @throws RxvisorError with code ERR_OPTION or ERR_TARGET, as a rejection
   */
  restart: (target: Target, options?: ChildRestartOptions) => Promise<readonly CommandResult[]>;
  /** Stops children, then removes them from the supervisor. */
  remove: (target: Target) => Promise<readonly Status[]>;
  /** Sets the numbers of crashes and restarts to 0: the next crash counts as the first. */
  reset: (target: Target) => readonly Status[];
  /** Ends the current runs as failed. Each child gets its grace period, as for a stop, and then restarts as after a crash. */
  fail: (target: Target, reason?: 'fail' | 'liveness') => readonly Status[];
  /** Sends a signal to the process groups. */
  signal: (target: Target, signal: NodeJS.Signals) => readonly Status[];
  /**
   * Sends an IPC message. Resolves when it is written to the channel.
   *
   * `refused` says why a child did not get it: the child is not running, has no IPC channel, or leaves 16 MiB of messages unread;
   * or Node cannot encode the message.
   *
   * @throws RxvisorError with code ERR_TARGET, as a rejection
   */
  send: (target: Target, message: unknown, handle?: unknown) => Promise<readonly CommandResult[]>;
  /** Reopens the log files by their paths, after logrotate has moved them. Does nothing for a child that is not running. */
  reopenLogs: (target: Target) => readonly Status[];
  /**
   * Turns on or off that a child restarts when its files change. Without `on` it toggles. The setting ends when the child stops.
   *
   * Resolves when every later change is noticed. `refused` says why a child is not watched: it is not running, or its files cannot
   * be watched.
   *
   * @throws RxvisorError with code ERR_OPTION or ERR_TARGET, as a rejection
   */
  watch: (target: Target, on?: boolean) => Promise<readonly CommandResult[]>;
  /** The status and the spec of each child. `start(spec)` with this spec starts another copy. */
  describe: (target: Target) => readonly Description[];
  /**
   * Adds a handler that runs before all children are stopped. It may be async: the supervisor waits for it, for at most the
   * `grace` of its options.
   *
   * @returns a function that removes the handler
   */
  onStopping: (handler: () => unknown) => () => void;
  /**
   * Adds a handler that stops children in an order of its own. It runs before all children are stopped, after the handlers of
   * `onStopping`. The supervisor waits for its promise, without a limit, and then stops the other children, also if it rejects.
   *
   * `grace`: the grace period in ms. Undefined: that of each spec.
   * @returns a function that removes the handler
   */
  onStopAll: (handler: (options: { readonly grace: number | undefined }) => Promise<unknown>) => () => void;
}

/** The options of `restart`. */
export interface ChildRestartOptions {
  /** How long each child must stay ready, in ms. Default: the `settle` of its spec, or `0`. */
  readonly settle?: number | undefined;
  /**
   * The variables that the children inherit from now on, instead of what they inherited before. The new environment holds for all
   * later runs. A child with `extendEnv: false` still inherits nothing. Default: no change.
   */
  readonly extendEnv?: InheritedEnv | undefined;
}
