import { type ErrorCode, RxvisorError } from '../model/errors.js';

/** An error that came over the wire: its message is the manager's, and so is its code, if it is one of ours. */
export function decodeError(error: unknown): RxvisorError {
  const { message = '', data }: { message?: unknown; data?: unknown } =
    typeof error === 'object' && error !== null ? error : {};
  const { code }: { code?: unknown } = typeof data === 'object' && data !== null ? data : {};
  return new RxvisorError(codes.find((known) => known === code) ?? 'ERR_CONTROL', String(message));
}

const codes: readonly ErrorCode[] = ['ERR_SPEC', 'ERR_TARGET', 'ERR_OPTION', 'ERR_DISPOSED', 'ERR_SESSION'];
