import type { SchedulerLike } from 'rxjs';
import { checkArgument, checkOptions, checkThat, type OptionChecks } from '../model/check.js';
import { byteCreditObject, delay, objectWith, oneOf, scheduler } from '../model/checks.js';
import type { Effects } from '../model/effects.js';
import { allEffects } from '../nodeEffects.js';
import type { ByteCredit } from '../operators/byteCredit.js';
import type { ElectronApp } from './shutdownSignals.js';

export interface SupervisorOptions {
  /**
   * Stop the children when the manager gets SIGINT, SIGTERM, SIGHUP or SIGQUIT, and then let the signal end it, unless the
   * app handles it too. A second signal kills at once: a different one, or the same one more than 300 ms later. Children that
   * are left when the process exits are always killed. Default `true`. `'unlessHandled'`: if the app handles the signal, the
   * app stops the children, too.
   */
  readonly signals?: boolean | 'unlessHandled' | undefined;
  /** How many ms `onStopping` handlers have before the children are stopped all the same. Default `200`. */
  readonly grace?: number | undefined;
  /** The side effects. Default: real ones. */
  readonly effects?: Effects | undefined;
  /** Electron's `app`: its quit waits until the children have stopped. */
  readonly app?: ElectronApp | undefined;
  /** The byte credit of a sink of `event$`, such as `toConsole({ flow })`. While it is full, the output of children without a `log` is not read. */
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

/** @throws RxvisorError with code `ERR_OPTION` */
export function checkRestart(options: { readonly settle?: number | undefined }): void {
  checkOptions(options, { settle: delay });
}

/** @throws RxvisorError with code `ERR_OPTION` */
export function checkedReason(reason: 'fail' | 'liveness'): 'fail' | 'liveness' {
  checkArgument('reason', reason, oneOf('a reason', ['fail', 'liveness']));
  return reason;
}

const supervisorChecks: OptionChecks<SupervisorOptions> = {
  signals: checkThat(
    (value) => typeof value === 'boolean' || value === 'unlessHandled',
    "is not a way to handle signals. Give true, false or 'unlessHandled'.",
  ),
  grace: delay,
  effects: allEffects,
  app: objectWith("Electron's app", ['on', 'off', 'quit'], "Give the app of import('electron'), or leave it out."),
  flow: byteCreditObject,
  scheduler,
};
