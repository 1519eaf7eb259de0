import { ExitError } from './exitError.js';

/** By name and not by class: a config may use another copy of this package, as the command has one of its own. */
const ours: readonly string[] = ['RxvisorError', 'SpecError', 'ExitError'];

/** The code that an error ends a command with; undefined for one that is a mistake of ours. */
export function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof ExitError) return error.exitCode;
  if (!(error instanceof Error) || !ours.includes(error.name) || !('code' in error)) return undefined;
  return error.code === 'ERR_CONTROL' || error.code === 'ERR_DISPOSED' ? 1 : 2;
}
