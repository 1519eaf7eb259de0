import { constants } from 'node:os';

/** Ends the command with this code, its message on stderr. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** 1 something failed or was refused, 2 a mistake in the command line, 3 nothing of that kind runs, 124 no answer in time. */
export type ExitCode = 1 | 2 | 3 | 124;

/** By name and not by class: a config may use another copy of this package, as the command has one of its own. */
const expectedNames: readonly string[] = ['RxvisorError', 'SpecError', 'ExitError'];

/** The code that an error ends a command with; undefined for one that is a mistake of ours. */
export function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof CliError) return error.exitCode;
  if (!(error instanceof Error) || !expectedNames.includes(error.name) || !('code' in error)) return undefined;
  return error.code === 'ERR_CONTROL' || error.code === 'ERR_DISPOSED' ? 1 : 2;
}

/** Ends this process. Whoever started it sees the signal, and not only its number. */
export function exitAs({ code, signal }: Outcome): void {
  if (signal !== undefined) process.kill(process.pid, signal);
  process.exit(signal === undefined ? code : 128 + constants.signals[signal]);
}

/** How it ended: the exit code, and the signal that made it end, if one did. */
export interface Outcome {
  readonly code: 0 | 1;
  readonly signal: NodeJS.Signals | undefined;
}
