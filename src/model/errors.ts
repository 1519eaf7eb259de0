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
  | 'ERR_STOPPED'
  | 'ERR_TIMEOUT'
  | 'ERR_TOO_LARGE'
  | 'ERR_WORKER_DIED'
  // Of a session and its channel.
  | 'ERR_CHANNEL'
  | 'ERR_NO_HANDLER'
  | 'ERR_NOTIFY'
  | 'ERR_SESSION';
