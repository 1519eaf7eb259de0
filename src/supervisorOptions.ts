import type { SchedulerLike } from 'rxjs';
import type { ElectronApp } from './delayQuit.js';
import { allEffects, type Effects } from './effects.js';
import type { ByteCredit } from './operators/byteCredit.js';
import { checkOptions, checkThat, type OptionChecks } from './model/check.js';
import { credit, delay, having, scheduler } from './model/checks.js';

export interface SupervisorOptions {
  /**
   * Stop the children when the manager gets SIGINT, SIGTERM, SIGHUP or SIGQUIT, and then let the signal end it, unless somebody
   * else handles it too. A second one kills at once: another signal, or the same one more than 300 ms later. Whatever is left
   * when the process exits is killed in any case. Default `true`. `'unlessHandled'`: if somebody else handles the signal, the children are left to them, too.
   */
  readonly signals?: boolean | 'unlessHandled' | undefined;
  /** How many ms `onStopping` handlers have before the children are stopped all the same. Default `200`. */
  readonly grace?: number | undefined;
  /** How to act upon the world. Default: for real. */
  readonly effects?: Effects | undefined;
  /** Electron's `app`: its quit waits until the children have stopped. */
  readonly app?: ElectronApp | undefined;
  /** That of a sink of `event$`, such as `toConsole({ flow })`: while it is full, the output of children without a `log` is not read. */
  readonly flow?: ByteCredit | undefined;
  /** For the grace and for the times in a status. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/** @throws RxvisorError with code `ERR_OPTION` */
export function checkSupervisor(options: SupervisorOptions): void {
  checkOptions(options, supervisorChecks);
}

/** @throws RxvisorError with code `ERR_OPTION` */
export function checkStop(options: { readonly grace?: number | undefined }): void {
  checkOptions(options, { grace: delay });
}

const supervisorChecks: OptionChecks<SupervisorOptions> = {
  signals: checkThat(
    (value) => typeof value === 'boolean' || value === 'unlessHandled',
    "is not a way to handle signals. Give true, false or 'unlessHandled'.",
  ),
  grace: delay,
  effects: allEffects,
  app: having("Electron's app", ['on', 'off', 'quit'], "Give the app of import('electron'), or leave it out."),
  flow: credit,
  scheduler,
};
