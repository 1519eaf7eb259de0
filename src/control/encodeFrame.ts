import { RxvisorError } from '../model/errors.js';
import { MAX_FRAME } from './protocol.js';

/**
 * A message as the other end reads it.
 *
 * @throws RxvisorError with code `ERR_CONTROL` when the other end would refuse it for its length
 */
export function encodeFrame(message: object): string {
  const body = JSON.stringify(message);
  const length = Buffer.byteLength(body);
  if (length > MAX_FRAME) {
    throw new RxvisorError(
      'ERR_CONTROL',
      `message: ${String(length)} bytes are more than the other end takes. Send ${String(MAX_FRAME)} bytes or fewer.`,
    );
  }
  return `Content-Length: ${String(length)}\r\n\r\n${body}`;
}
