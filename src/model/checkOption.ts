import { isCount } from './isCount.js';
import type { RestartLimit } from './childSpec.js';
import { RxvisorError } from './errors.js';
import { isDelay, MAX_DELAY } from './isDelay.js';
import { show } from './show.js';
import { signals } from './signals.js';

/** @throws {@link RxvisorError} with code `ERR_OPTION` when a timer could not wait that long */
export function checkDelay(name: string, value: number | undefined): void {
  if (value !== undefined && !isDelay(value)) throw notADelay(name, value);
}

export function notADelay(name: string, value: unknown): RxvisorError {
  const remedy = `Give milliseconds: a finite number from 0 to ${String(MAX_DELAY)}.`;
  return new RxvisorError('ERR_OPTION', `${name}: ${show(value)} is not a delay. ${remedy}`);
}

/** @throws {@link RxvisorError} with code `ERR_OPTION` when no window could be like that */
export function checkLimit(limit: RestartLimit | undefined): void {
  if (limit === undefined) return;
  const { max, within } = limit;
  if (Number.isInteger(max) && max >= 1 && within > 0 && Number.isFinite(within)) return;
  const remedy = 'Give { max, within }: a whole number of restarts, 1 or more, and milliseconds above 0.';
  throw new RxvisorError('ERR_OPTION', `limit: ${show(limit)} is not a limit. ${remedy}`);
}

/** @throws {@link RxvisorError} with code `ERR_OPTION` when so many there cannot be */
export function checkCount(name: string, value: number): void {
  if (value === Infinity || (Number.isInteger(value) && value >= 0)) return;
  throw new RxvisorError(
    'ERR_OPTION',
    `${name}: ${show(value)} is not a number of lines. Give 0 or more, or Infinity.`,
  );
}

/** @throws {@link RxvisorError} with code `ERR_OPTION` when there is no such signal */
export function checkSignal(name: string, value: NodeJS.Signals): void {
  if (signals.includes(value)) return;
  throw new RxvisorError('ERR_OPTION', `${name}: ${show(value)} is not a signal. Give a name such as 'SIGUSR1'.`);
}

/** @throws {@link RxvisorError} with code `ERR_OPTION` when there cannot be so many */
export function checkInstances(value: number): void {
  if (isCount(value)) return;
  const remedy = 'Give a whole number, 0 or more.';
  throw new RxvisorError('ERR_OPTION', `instances: ${show(value)} is not a number of instances. ${remedy}`);
}
