import { describeError, type ErrorCode, RxvisorError } from '../../model/errors.js';

/**
 * An error as JSON-RPC has it. It cannot have the form that pools and sessions send (`src/ipc`): JSON-RPC fixes the
 * object and wants a number as `code`. A client gets no stack, cause or fields: they are details of the manager.
 *
 * @see https://www.jsonrpc.org/specification#error_object
 */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data: { readonly code: string };
}

/** Codes of an application are above -32000. */
const APPLICATION_ERROR = -32_000;
const INTERNAL_ERROR = -32_603;

/** @param isInternal whether the manager is at fault. Default: for any error but an RxvisorError */
export function toRpcError(error: unknown, isInternal?: boolean): RpcError {
  const { code, message } = describeError(error);
  const internal = isInternal ?? !(error instanceof RxvisorError);
  return { code: internal ? INTERNAL_ERROR : APPLICATION_ERROR, message, data: { code } };
}

/** The codes that a client passes on. Any other error of a manager is an `ERR_CONTROL`. */
const codes: readonly ErrorCode[] = ['ERR_SPEC', 'ERR_TARGET', 'ERR_OPTION', 'ERR_DISPOSED', 'ERR_SESSION'];

/** @param error what the manager sent, which may be anything */
export function fromRpcError(error: unknown): RxvisorError {
  const { message = '', data }: { message?: unknown; data?: unknown } =
    typeof error === 'object' && error !== null ? error : {};
  const { code }: { code?: unknown } = typeof data === 'object' && data !== null ? data : {};
  return new RxvisorError(codes.find((known) => known === code) ?? 'ERR_CONTROL', String(message));
}
