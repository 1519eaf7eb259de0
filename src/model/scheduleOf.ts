import { checkArgument } from './check.js';
import { delay as aDelay, listOf } from './checks.js';
import type { Schedule } from './schedule.js';

/**
 * The schedule that a list of delays stands for, its last one repeated for ever; undefined when it says never. A
 * schedule of somebody's own is asked as it is, and its answers are checked.
 *
 * @throws RxvisorError with code `ERR_OPTION` for what is not a delay: in a list now, from a schedule when it says so
 */
export function scheduleOf(delays: readonly number[] | Schedule): Schedule | undefined {
  if (typeof delays === 'function') {
    return (crashes) => checked(`restartAt(${String(crashes)})`, delays(crashes));
  }
  const remedy = 'Give an array of milliseconds, [] for never; or a function, such as exponential() makes.';
  checkArgument('restartAt', delays, listOf('a schedule', remedy, aDelay));
  if (delays.length === 0 || (delays.length === 1 && delays[0] === 0)) return undefined;
  return (crashes) => delays[Math.min(crashes, delays.length) - 1] ?? 0;
}

function checked(name: string, delay: number): number {
  checkArgument(name, delay, aDelay);
  return delay;
}
