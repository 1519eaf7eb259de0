import { describeError } from '../model/describeError.js';
import { RxvisorError } from '../model/errors.js';
import { MAX_FRAME } from './protocol.js';

/**
 * A message as the other end reads it.
 *
 * @throws RxvisorError with code `ERR_CONTROL` for what cannot be JSON, and what the other end would refuse for its length
 */
export function encodeFrame(message: object): string {
  const body = jsonOf(message);
  const length = Buffer.byteLength(body);
  if (length > MAX_FRAME) {
    throw new RxvisorError(
      'ERR_CONTROL',
      `message: ${String(length)} bytes are more than the other end takes. Send ${String(MAX_FRAME)} bytes or fewer.`,
    );
  }
  return `Content-Length: ${String(length)}\r\n\r\n${body}`;
}

function jsonOf(message: object): string {
  try {
    return JSON.stringify(message);
  } catch (cause) {
    const problem = `cannot be JSON: ${describeError(cause).message.split('\n', 1).join('')}.`;
    throw new RxvisorError('ERR_CONTROL', `message: ${problem} Give what JSON can hold.`, { cause });
  }
}
