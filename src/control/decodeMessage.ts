import { RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';

/**
 * What a frame says.
 *
 * @throws RxvisorError with code `ERR_CONTROL` when it is no JSON-RPC message
 */
export function decodeMessage(frame: Buffer): JsonRpcMessage {
  const text = frame.toString();
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (cause) {
    throw new RxvisorError('ERR_CONTROL', `message: ${show(text)} is not JSON. ${remedy}`, { cause });
  }
  if (isMessage(message)) return message;
  throw new RxvisorError('ERR_CONTROL', `message: ${show(message)} is not JSON-RPC 2.0. ${remedy}`);
}

export interface JsonRpcMessage {
  readonly jsonrpc: string;
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

const remedy = `Send an object such as { "jsonrpc": "2.0", "id": 1, "method": "ping" }.`;

function isMessage(value: unknown): value is JsonRpcMessage {
  return typeof value === 'object' && value !== null && 'jsonrpc' in value && value.jsonrpc === '2.0';
}
