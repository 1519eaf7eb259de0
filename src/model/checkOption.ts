import { type Check, checkArgument, checkThat } from './check.js';
import { count, delay, observable, scheduler, signalName } from './checks.js';
import type { RestartLimit } from './childSpec.js';
import { isRecord } from './isRecord.js';
import { MOST_INSTANCES } from './mostInstances.js';

/** @throws RxvisorError with code `ERR_OPTION` when a timer could not wait that long */
export function checkDelay(name: string, value: number | undefined): void {
  if (value !== undefined) checkArgument(name, value, delay);
}

/** What no window could be like. */
export const restartLimit: Check = checkThat(
  isLimit,
  'is not a limit. Give { max, within }: a whole number of restarts, 1 or more, and milliseconds above 0.',
);

/** @throws RxvisorError with code `ERR_OPTION` when there is no such signal */
export function checkSignal(name: string, value: NodeJS.Signals): void {
  checkArgument(name, value, signalName);
}

/** @throws RxvisorError with code `ERR_OPTION` when there cannot be so many */
export function checkInstances(value: number): void {
  checkArgument('instances', value, count('a number of instances', 0, MOST_INSTANCES));
}

function isLimit(value: unknown): value is RestartLimit {
  if (!isRecord(value) || !('max' in value && 'within' in value)) return false;
  const { max, within } = value;
  return (
    Object.keys(value).length === 2 &&
    Number.isInteger(max) &&
    Number(max) >= 1 &&
    typeof within === 'number' &&
    within > 0 &&
    Number.isFinite(within)
  );
}

/** @throws RxvisorError with code `ERR_OPTION` for what is no scheduler of RxJS */
export function checkScheduler(value: unknown): void {
  checkArgument('scheduler', value, scheduler);
}

/** What a function that was given returns, if that is an Observable. @throws RxvisorError with code `ERR_OPTION` if not */
export function returned<T>(name: string, result: T): T {
  checkArgument(`${name}()`, result, observable('Return one: managed$(spec, command$), say.'));
  return result;
}
