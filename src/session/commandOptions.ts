import { checkArgument, checkOptions, type OptionChecks } from '../model/check.js';
import { flag, string } from '../model/checks.js';
import type { SetOptions } from './sessionBase.js';

export interface RestartOptions {
  readonly force?: boolean | undefined;
}

const restartOptions: OptionChecks<RestartOptions> = { force: flag };
const setOptions: OptionChecks<SetOptions> = { restart: flag, now: flag };

/** @throws RxvisorError with code `ERR_OPTION` */
export function checkRestart(options: RestartOptions): void {
  checkOptions(options, restartOptions);
}

/** @throws RxvisorError with code `ERR_OPTION` */
export function checkSet(name: string, options: SetOptions): void {
  checkArgument('name', name, string('the name of a setting'));
  checkOptions(options, setOptions);
}
