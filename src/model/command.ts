/** What a child can be told. Serialisable, but for the `handle` of a `send`, and `onResult`. */
export type Command = Stop | Restart | Fail | Send | Signal | ReopenLogs | Reset | Watch;

/** Stop it, for good. `grace` in ms in place of the spec's. Outranks every other command. */
export interface Stop {
  readonly type: 'stop';
  readonly grace?: number | undefined;
}

/**
 * Stop it and run it again; in a back-off, run it now. Not counted as a crash. By hand, the schedule and the limit start over;
 * by a `trigger`, neither does.
 */
export interface Restart {
  readonly type: 'restart';
  /** What asked for it, if nobody did: `'watch'`, `'cron'`, or a reason of your own. */
  readonly trigger?: string | undefined;
}

/** End its run as one that has failed, by your own judgement: asked first, as by a stop, and restarted as after a crash. */
export interface Fail {
  readonly type: 'fail';
  /** What it has failed at: `'liveness'` when it does not answer any more. Default `'fail'`. */
  readonly reason?: 'fail' | 'liveness' | undefined;
}

/** Send an IPC message, and a socket or server with it as in `subprocess.send`. */
export interface Send {
  readonly type: 'send';
  readonly message: unknown;
  readonly handle?: unknown;
  /** Called once the message is written to the channel, or with the reason why it was not sent. */
  readonly onResult?: ((refused: string | undefined) => void) | undefined;
}

/** Signal its process group. */
export interface Signal {
  readonly type: 'signal';
  readonly signal: NodeJS.Signals;
}

/** Close the log files and open them again by path, after somebody has renamed them. */
export interface ReopenLogs {
  readonly type: 'reopenLogs';
}

/** Forget the crashes so far: the next one is the first again. */
export interface Reset {
  readonly type: 'reset';
}

/** Restart it when its files change (`on: true`), or no longer; without `on` the other way round than now. */
export interface Watch {
  readonly type: 'watch';
  readonly on?: boolean | undefined;
  /** Called once every change is noticed, or with the reason why none is; at once when it is turned off. */
  readonly onResult?: ((refused: string | undefined) => void) | undefined;
}

/** Whether a command is for the run itself: between two runs there is nobody to hear it. */
export function isRunCommand(command: Command): command is Fail | Send | Signal {
  return command.type === 'fail' || command.type === 'send' || command.type === 'signal';
}
