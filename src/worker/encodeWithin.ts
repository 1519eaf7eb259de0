import { RxvisorError } from '../model/errors.js';
import { type Encoded, encode, sizeOf } from '../wire/encode.js';
import { FRAME_HEAD } from '../wire/frameWriter.js';

/**
 * Encodes what is to be sent to the pool.
 *
 * @param limit the most bytes a frame may have
 * @param what how it is called in an error
 * @throws RxvisorError with code ERR_PAYLOAD when it cannot be, ERR_TOO_LARGE when it is
 */
export function encodeWithin(value: unknown, limit: number, what: 'answer' | 'event'): Encoded {
  const encoded = tryToEncode(value, what);
  if (sizeOf(encoded) + FRAME_HEAD <= limit) return encoded;
  throw new RxvisorError(
    'ERR_TOO_LARGE',
    `the ${what} has ${String(sizeOf(encoded))} bytes, and a frame ${String(limit)} at most. Answer a request with a stream, or raise maxFrame.`,
  );
}

function tryToEncode(value: unknown, what: string): Encoded {
  try {
    return encode(value);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RxvisorError(
      'ERR_PAYLOAD',
      `the ${what} cannot be sent: ${why} Give what a structured clone can carry.`,
      {
        cause,
      },
    );
  }
}
