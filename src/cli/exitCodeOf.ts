import { RxvisorError } from '../model/errors.js';
import { ExitError } from './exitError.js';

/** The code that an error ends a command with; undefined for one that is a mistake of ours. */
export function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof ExitError) return error.exitCode;
  if (!(error instanceof RxvisorError)) return undefined;
  return error.code === 'ERR_CONTROL' || error.code === 'ERR_DISPOSED' ? 1 : 2;
}
