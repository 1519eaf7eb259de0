import { inspect } from 'node:util';
import { describeError, RxvisorError, thrownText } from '../model/errors.js';
import { encode, type Encoded, sizeOf } from './encode.js';
import { FRAME_HEAD } from './frameWriter.js';

/** If an error is too large, only the beginning of its message is sent. In characters. */
const QUOTED = 1_000;

/**
 * Encodes a thrown value, which need not be an error. It never fails. If an object cannot be cloned, it sends the
 * fields that can. It sends any other value as text. If the value is too large, it sends an error with code ERR_TOO_LARGE.
 *
 * @param limit the maximum size of a frame, in bytes
 */
export function encodeError(thrown: unknown, limit: number): Encoded {
  const encoded = encodeThrown(thrown);
  const size = sizeOf(encoded);
  if (size + FRAME_HEAD <= limit) return encoded;
  const begin = isErrorObject(thrown) ? thrownText(thrown) : 'a value that was thrown';
  return encode(
    new RxvisorError(
      'ERR_TOO_LARGE',
      `the error has ${String(size)} bytes; a frame has ${String(limit)} at most. Throw a smaller one, or raise maxFrame. It begins: ${begin.slice(0, QUOTED)}`,
    ),
  );
}

function encodeThrown(thrown: unknown): Encoded {
  return (
    tryToEncode(() => thrown) ??
    tryToEncode(() => cloneable(thrown)) ??
    tryToEncode(() => shown(thrown)) ??
    encode(thrownText(thrown))
  );
}

function tryToEncode(valueOf: () => unknown): Encoded | undefined {
  try {
    return encode(valueOf());
  } catch {
    return undefined;
  }
}

function isErrorObject(thrown: unknown): boolean {
  try {
    return thrown instanceof Error;
  } catch {
    return false;
  }
}

/** The fields of an object that can be cloned. Text for any other value. */
function cloneable(thrown: unknown): unknown {
  if (typeof thrown !== 'object' || thrown === null) return shown(thrown);
  const fields = Object.keys(thrown).flatMap((key) => {
    try {
      const value: unknown = Reflect.get(thrown, key);
      encode(value);
      return [[key, value] as const];
    } catch {
      return [];
    }
  });
  return fields.length === 0 ? shown(thrown) : Object.fromEntries(fields);
}

function shown(thrown: unknown): string {
  return typeof thrown === 'function' || typeof thrown === 'symbol' ? String(thrown) : inspect(thrown);
}

/**
 * Encodes a value for the wire between a pool and a worker.
 *
 * @param limit the maximum size of a frame, in bytes
 * @param what the name of the value in an error
 * @throws RxvisorError with code ERR_PAYLOAD if the value cannot be encoded, ERR_TOO_LARGE if it exceeds the limit
 */
export function encodeWithin(value: unknown, limit: number, what: 'payload' | 'answer' | 'event'): Encoded {
  const encoded = encodePayload(value, what);
  const size = sizeOf(encoded);
  if (size + FRAME_HEAD <= limit) return encoded;
  throw new RxvisorError(
    'ERR_TOO_LARGE',
    `${what}: has ${String(size)} bytes; a frame has ${String(limit)} at most. Send a stream, or raise maxFrame.`,
  );
}

function encodePayload(value: unknown, what: string): Encoded {
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

/** Replaces a received value that cannot be decoded. Only its request, answer or event fails, not the wire. */
export class UnreadableError extends RxvisorError {
  constructor(cause: unknown) {
    super(
      'ERR_PAYLOAD',
      `the value cannot be decoded: ${reasonOf(cause)} Run both sides with the same version of Node.js, and nest values less deeply.`,
      { cause },
    );
  }
}

/** The reason of a failure, as one sentence. Messages of Node can have many lines: they show whole objects. */
export function reasonOf(cause: unknown): string {
  const [line = ''] = describeError(cause).message.split('\n');
  const reason = line.length > 200 ? `${line.slice(0, 200)}…` : line;
  return /[.!…]$/.test(reason) ? reason : `${reason}.`;
}
