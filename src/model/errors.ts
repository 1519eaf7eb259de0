/** An error of rxvisor. `code` says which one. */
export class RxvisorError extends Error {
  override readonly name: string = 'RxvisorError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A spec is wrong. The message names the field, its value and the remedy. Its code is `ERR_SPEC`. */
export class SpecError extends RxvisorError {
  override readonly name = 'SpecError';
  /** The path to the wrong field: `restartAt[1]`. */
  readonly field: string;

  constructor(field: string, problem: string, options?: ErrorOptions) {
    super('ERR_SPEC', `${field}: ${problem}`, options);
    this.field = field;
  }
}

/** How a run ended: exactly one of `code` and `signal` is null. */
export interface RunExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * A child was given up (`ERR_GAVE_UP`), or the worker of a request died (`ERR_WORKER_DIED`).
 *
 * `cause` says why the last run could not be started or was ended: not ready in time, unresponsive, an unreadable message. It
 * is undefined if the run ended by itself.
 */
export class ExitError extends RxvisorError {
  override readonly name = 'ExitError';
  /** How the last run ended. Undefined if it could not be started, or if its end is not known. */
  readonly exit: RunExit | undefined;
  /** The last lines of stderr, oldest first: at most 20, with at most 500 characters each. Empty if `output` is false. */
  readonly stderr: readonly string[];

  constructor(
    code: 'ERR_GAVE_UP' | 'ERR_WORKER_DIED',
    message: string,
    { exit, stderr, cause }: { exit: RunExit | undefined; stderr: readonly string[]; cause: Error | undefined },
  ) {
    super(code, message, cause && { cause });
    this.exit = exit;
    this.stderr = stderr;
  }
}

export type ErrorCode =
  | 'ERR_SPEC'
  | 'ERR_TARGET'
  | 'ERR_GAVE_UP'
  | 'ERR_OPTION'
  | 'ERR_DISPOSED'
  | 'ERR_CONFIG'
  | 'ERR_CONTROL'
  // Of a request to a pool.
  | 'ERR_ABORTED'
  | 'ERR_ANSWERED'
  | 'ERR_CANCELLED'
  | 'ERR_PAYLOAD'
  | 'ERR_QUEUE_FULL'
  | 'ERR_SOCKET'
  | 'ERR_STOPPED'
  | 'ERR_TIMEOUT'
  | 'ERR_TOO_LARGE'
  | 'ERR_WORKER_DIED'
  // Of a session and its channel.
  | 'ERR_CHANNEL'
  | 'ERR_NO_HANDLER'
  | 'ERR_NOTIFY'
  | 'ERR_SESSION';

/**
 * The code and the message of an error, for an event. The code is Node's or the system's, or `UNKNOWN`. Accepts any thrown
 * value and never throws.
 */
export function describeError(error: unknown): { readonly code: string; readonly message: string } {
  try {
    if (!(error instanceof Error)) return { code: 'UNKNOWN', message: thrownText(error) };
    const message: unknown = error.message;
    return { code: 'code' in error ? String(error.code) : 'UNKNOWN', message: String(message) };
  } catch {
    return { code: 'UNKNOWN', message: thrownText(error) };
  }
}

/** A thrown value as text. `String()` itself can throw: for an object without a prototype, or a Proxy. */
export function thrownText(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'a value that cannot be printed';
  }
}
