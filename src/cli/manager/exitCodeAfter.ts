import { constants } from 'node:os';
import type { StoppingAll } from '../../model/childEvent.js';
import type { LastExit, Status } from '../../model/status.js';

/**
 * The exit code of a command whose services have all ended.
 *
 * - With `exitCodeFrom`, that of this service. If it has instances: that of the one that stopped all, else the first that is not 0.
 * - Else that of the child that stopped all. If it is 0, or if no child stopped all: 1 if a service has failed, else 0.
 *
 * @param cause the first child whose end stopped all
 */
export function exitCodeAfter(
  statuses: readonly Status[],
  cause: StoppingAll | undefined,
  exitCodeFrom: string | undefined,
): number {
  const causeCode = cause === undefined ? 0 : exitCodeOf(cause, cause.reason === 'failure');
  if (exitCodeFrom === undefined || cause?.name === exitCodeFrom) {
    if (causeCode !== 0 || exitCodeFrom !== undefined) return causeCode;
    return statuses.some(({ state }) => state === 'failed') ? 1 : 0;
  }
  const codes = statuses
    .filter(({ name }) => name === exitCodeFrom)
    .map(({ lastExit, state }) => exitCodeOf(lastExit, state === 'failed'));
  return codes.find((code) => code !== 0) ?? (codes.length === 0 ? 1 : 0);
}

/** 128 + n after signal n; 1 if the child could not be started, or has failed with code 0. */
function exitCodeOf(exit: Pick<LastExit, 'code' | 'signal'> | undefined, failed: boolean): number {
  const { code = null, signal = null } = exit ?? {};
  const own = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
  return own === 0 && failed ? 1 : own;
}
