/** Every error that rxvisor throws, told apart by a literal `code`. */
export class RxvisorError extends Error {
  override readonly name: string = 'RxvisorError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A spec that cannot be run: `field` is the path to the culprit, the message names its value and the remedy. */
export class SpecError extends RxvisorError {
  override readonly name = 'SpecError';
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
 * A child is not restarted any more (`ERR_GAVE_UP`), or the worker of a request died (`ERR_WORKER_DIED`). The error has what is
 * known of the last run. Its `cause` says why the run could not be started, or why it was ended: not ready in time,
 * unresponsive, an unreadable message. It is undefined for a run that ended by itself.
 */
export class ExitError extends RxvisorError {
  override readonly name = 'ExitError';
  /** Exit code or signal. Undefined if the run could not be started, or its end is not known. */
  readonly exit: RunExit | undefined;
  /** The last lines of stderr, oldest first: at most 20, of 500 characters each. Empty where `output` is false. */
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
  // Why a request to a pool has no answer.
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

/** What of an error goes into an event: Node's or the system's code, and the message. Anything may be thrown: it never fails. */
export function describeError(error: unknown): { readonly code: string; readonly message: string } {
  try {
    if (!(error instanceof Error)) return { code: 'UNKNOWN', message: thrownText(error) };
    const message: unknown = error.message;
    return { code: 'code' in error ? String(error.code) : 'UNKNOWN', message: String(message) };
  } catch {
    return { code: 'UNKNOWN', message: thrownText(error) };
  }
}

/** What was thrown, as text. An object without a prototype and a Proxy may have none. */
export function thrownText(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something that cannot be shown';
  }
}
