import { RxvisorError } from '../model/errors.js';
import { type Encoded, encode, sizeOf } from '../wire/encode.js';
import { FRAME_HEAD } from '../wire/frameWriter.js';

/**
 * Encodes what is to be sent.
 *
 * @param limit the most bytes a frame may have
 * @throws RxvisorError with code ERR_PAYLOAD when it cannot be, ERR_TOO_LARGE when it is
 */
export function payloadOf(data: unknown, limit: number): Encoded {
  const encoded = tryToEncode(data);
  if (sizeOf(encoded) + FRAME_HEAD <= limit) return encoded;
  throw new RxvisorError(
    'ERR_TOO_LARGE',
    `payload: has ${String(sizeOf(encoded))} bytes, and a frame ${String(limit)} at most. Send a stream, or raise maxFrame.`,
  );
}

function tryToEncode(data: unknown): Encoded {
  try {
    return encode(data);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RxvisorError('ERR_PAYLOAD', `payload: cannot be sent: ${why} Give what a structured clone can carry.`, {
      cause,
    });
  }
}
