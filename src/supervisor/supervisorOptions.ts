import type { SchedulerLike } from 'rxjs';
import { checkArgument, checkOptions, checkThat, type OptionChecks } from '../model/check.js';
import {
  byteCreditObject,
  delay,
  environment,
  isCount,
  listOf,
  objectWith,
  oneOf,
  scheduler,
  text,
} from '../model/checks.js';
import type { Effects } from '../model/effects.js';
import { allEffects } from '../nodeEffects.js';
import type { ByteCredit } from '../operators/byteCredit.js';
import type { ElectronApp } from './shutdownSignals.js';
import type { ChildRestartOptions } from './supervisor.js';

export interface SupervisorOptions {
  /**
   * Whether SIGINT, SIGTERM, SIGHUP and SIGQUIT stop the children. Default `true`.
   *
   * - `true`: stop the children; then the signal ends the manager, unless the app handles the signal too.
   * - `'unlessHandled'`: do nothing if the app handles the signal. Then the app must stop the children.
   * - `false`: do not listen to these signals.
   *
   * A second signal kills at once: another signal, or the same one more than 300 ms later. Children that are alive when the
   * process exits are always killed.
   */
  readonly signals?: boolean | 'unlessHandled' | undefined;
  /** The maximum time for `onStopping` handlers, in ms. Then the children are stopped anyway. Default `200`. */
  readonly grace?: number | undefined;
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Effects | undefined;
  /** Electron's `app`: its quit waits until the children have stopped. */
  readonly app?: ElectronApp | undefined;
  /**
   * The byte credit of a sink of `event$`, such as `toConsole({ flow })`. While it is full, the output of children without a `log`
   * is not read. Default: none.
   */
  readonly flow?: ByteCredit | undefined;
  /** The scheduler for `grace` and for the times in a status. Default `asyncScheduler`. */
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

/**
 * @param lastId the last id that was given to a child
 * @throws RxvisorError with code `ERR_OPTION`
 */
export function checkAdd(options: { readonly id?: number | undefined }, lastId: number): void {
  const known = checkThat(
    (id) => isCount(id) && id > 0 && id <= lastId,
    'is not the id of a child of this supervisor. Give the id of the child to replace, or leave it out.',
  );
  checkOptions(options, { id: known });
}

/** @throws RxvisorError with code `ERR_OPTION` */
export function checkServices(name: string, services: readonly string[]): void {
  checkArgument(name, services, listOf('a list of names', "Give an array: ['db'].", text('a name')));
}

/** @throws RxvisorError with code `ERR_OPTION` */
export function checkRestart(options: ChildRestartOptions): void {
  checkOptions(options, { settle: delay, extendEnv: environment });
}

/** @throws RxvisorError with code `ERR_OPTION` */
export function checkedReason(reason: 'fail' | 'liveness'): 'fail' | 'liveness' {
  checkArgument('reason', reason, oneOf('a reason', ['fail', 'liveness']));
  return reason;
}

const supervisorChecks: OptionChecks<SupervisorOptions> = {
  signals: checkThat(
    (value) => typeof value === 'boolean' || value === 'unlessHandled',
    "is not a setting for signals. Give true, false or 'unlessHandled'.",
  ),
  grace: delay,
  effects: allEffects,
  app: objectWith("Electron's app", ['on', 'off', 'quit'], "Give the app of import('electron'), or leave it out."),
  flow: byteCreditObject,
  scheduler,
};
