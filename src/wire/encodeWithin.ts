import { RxvisorError } from '../model/errors.js';
import { type Encoded, encode, sizeOf } from './encode.js';
import { FRAME_HEAD } from './frameWriter.js';
import { reasonOf } from './reasonOf.js';

/**
 * Encodes what is to be sent over a wire.
 *
 * @param limit the most bytes a frame may have
 * @param what the name of the value in an error
 * @throws RxvisorError with code ERR_PAYLOAD when it cannot be encoded, ERR_TOO_LARGE when it has more bytes than the limit
 */
export function encodeWithin(value: unknown, limit: number, what: 'payload' | 'answer' | 'event'): Encoded {
  const encoded = tryToEncode(value, what);
  const size = sizeOf(encoded);
  if (size + FRAME_HEAD <= limit) return encoded;
  throw new RxvisorError(
    'ERR_TOO_LARGE',
    `${what}: has ${String(size)} bytes; a frame has ${String(limit)} at most. Send a stream, or raise maxFrame.`,
  );
}

function tryToEncode(value: unknown, what: string): Encoded {
  try {
    return encode(value);
  } catch (cause) {
    throw new RxvisorError(
      'ERR_PAYLOAD',
      `${what}: cannot be sent: ${reasonOf(cause)} Give a value that structuredClone can copy, nested 1,000 levels at most.`,
      { cause },
    );
  }
}
