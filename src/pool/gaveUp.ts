import { RxvisorError } from '../model/errors.js';

/** What requests fail with when no worker is left to come. */
export function gaveUp(size: number): RxvisorError {
  const who = size === 1 ? 'the worker was' : `all ${String(size)} workers were`;
  return new RxvisorError(
    'ERR_GAVE_UP',
    `${who} given up: restarted as often as the limit of the spec allows, none has stayed. How they ended, and what they said, is in pool.event$. pool.resize() starts new ones.`,
  );
}
