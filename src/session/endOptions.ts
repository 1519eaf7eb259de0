import { checkArgument, checkOptions, checkThat, type OptionChecks } from '../model/check.js';
import { flag, text } from '../model/checks.js';

export interface EndOptions {
  /** Whether the worker has its grace. If not, it is killed at once, and its exit handlers do not begin. Default `true`. */
  readonly graceful?: boolean | undefined;
  /** What the session ends with. Default `0`. */
  readonly exitCode?: number | undefined;
}

const endOptions: OptionChecks<EndOptions> = {
  graceful: flag,
  exitCode: checkThat(
    (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255,
    'is not an exit code. Give a whole number from 0 to 255.',
  ),
};

/** @throws RxvisorError with code `ERR_OPTION` */
export function checkEnd(reason: string, options: EndOptions): EndOptions {
  checkArgument('reason', reason, text('a reason'));
  checkOptions(options, endOptions);
  return options;
}
