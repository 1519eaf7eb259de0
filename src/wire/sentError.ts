import { inspect } from 'node:util';
import { thrownText } from '../model/describeError.js';
import { RxvisorError } from '../model/errors.js';
import { type Encoded, encode, sizeOf } from './encode.js';
import { FRAME_HEAD } from './frameWriter.js';

/** How much of a message is quoted when the whole is too large, in characters. */
const QUOTED = 1_000;

/**
 * Encodes what was thrown, an error or not. It never fails: of an object that cannot be cloned, the fields that can be are
 * sent, and anything else as text; for what is too large there is an error with code ERR_TOO_LARGE.
 *
 * @param limit the most bytes a frame may have
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

/** Of an object, what can be cloned; of anything else, a text. */
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
