import { constants } from 'node:os';

/** Ends the command: prints its message on stderr and exits with `exitCode`. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** 1: something failed or was refused; 2: wrong command line; 3: no such service or manager; 124: no answer in time. */
export type ExitCode = 1 | 2 | 3 | 124;

/** How a run ended: the exit code, and the signal that ended it, if any. */
export interface Outcome {
  readonly code: number;
  readonly signal: NodeJS.Signals | undefined;
}

/** Compares names, not classes: a config may import another copy of this package. */
const expectedNames: readonly string[] = ['RxvisorError', 'SpecError', 'ExitError'];

/** The exit code for an error; undefined for an unexpected error, which is a bug of rxvisor. */
export function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof CliError) return error.exitCode;
  if (!(error instanceof Error) || !expectedNames.includes(error.name) || !('code' in error)) return undefined;
  return error.code === 'ERR_CONTROL' || error.code === 'ERR_DISPOSED' ? 1 : 2;
}

/** Ends this process. After a signal, ends by the same signal, so that the parent process sees it. */
export function exitAs({ code, signal }: Outcome): void {
  if (signal !== undefined) process.kill(process.pid, signal);
  process.exit(signal === undefined ? code : 128 + constants.signals[signal]);
}
