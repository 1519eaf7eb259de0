/** A command for a child. It is safe to send as JSON, except `handle` and `onResult`. */
export type Command = Stop | Restart | Fail | Send | Signal | ReopenLogs | Reset | Watch;

/** Stop the child; no restart follows. This command outranks all others. */
export interface Stop {
  readonly type: 'stop';
  /** The grace period in ms. Default: the `grace` of the spec. */
  readonly grace?: number | undefined;
}

/**
 * Stop the child and run it again. During a back-off, run it now.
 *
 * A restart does not count as a crash. Without a `trigger`, the schedule and the limit start over.
 */
export interface Restart {
  readonly type: 'restart';
  /** The cause of an automatic restart: `'watch'`, `'cron'`, or a reason of your own. Default: none. */
  readonly trigger?: string | undefined;
}

/** End the run as failed: it is stopped with its grace period, and restarted as after a crash. */
export interface Fail {
  readonly type: 'fail';
  /** `'liveness'` if the child does not answer any more. Default `'fail'`. */
  readonly reason?: 'fail' | 'liveness' | undefined;
}

/** Send an IPC message to the child. */
export interface Send {
  readonly type: 'send';
  readonly message: unknown;
  /** A socket or server to send along, as in `subprocess.send`. */
  readonly handle?: unknown;
  /** Called with undefined when the message is written to the channel, or with the reason why it was not sent. */
  readonly onResult?: ((refused: string | undefined) => void) | undefined;
}

/** Send a signal to the process group of the child. */
export interface Signal {
  readonly type: 'signal';
  readonly signal: NodeJS.Signals;
}

/** Close the log files and open them again by path: for use after a rename, as logrotate(8) does. */
export interface ReopenLogs {
  readonly type: 'reopenLogs';
}

/** Forget the crashes so far: the next one counts as the first again. */
export interface Reset {
  readonly type: 'reset';
}

/** Turn restarts on file changes on or off. */
export interface Watch {
  readonly type: 'watch';
  /** `true`: restart on changes; `false`: do not. Default: the opposite of the current state. */
  readonly on?: boolean | undefined;
  /**
   * Called with undefined when every change is noticed from now on, or with the reason why watching is not possible. When
   * watching is turned off, it is called at once.
   */
  readonly onResult?: ((refused: string | undefined) => void) | undefined;
}

/** Whether a command needs a running child. It is refused between two runs. */
export function isRunCommand(command: Command): command is Fail | Send | Signal {
  return command.type === 'fail' || command.type === 'send' || command.type === 'signal';
}
