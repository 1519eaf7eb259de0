/** Ends the command with this code, its message on stderr. */
export class ExitError extends Error {
  override readonly name = 'ExitError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** 1 something failed or was refused, 2 a mistake in the command line, 3 nothing of that kind runs, 124 no answer in time. */
export type ExitCode = 1 | 2 | 3 | 124;
