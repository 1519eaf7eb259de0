import { createCipheriv } from 'node:crypto';

/**
 * The types of frames. A frame has a type, an id (of a request, a stream or an event), a value, and one more number: see
 * docs/pooling.md, "On the wire".
 */
export const frames = {
  /** From the manager: a request. More: the time of its subscription. */
  request: 1,
  /** From the manager: the request is cancelled. */
  cancel: 2,
  /** From the manager: finish the open requests, then exit. */
  softStop: 3,
  /** From the manager: a request for the memory. From the worker: the memory. */
  health: 4,
  /** From the worker: it accepts requests, or accepts none. */
  ready: 5,
  busy: 6,
  /**
   * From the worker: one of several answers (`next`), the only or last one (`answer`), no further answer (`done`), an error
   * (`fail`). More: the id of a stream, if there is one.
   */
  next: 7,
  answer: 8,
  done: 9,
  fail: 10,
  /** From the worker: the request does not count against its concurrency any more. */
  release: 11,
  /** From the worker: the handlers of the soft stop have ended. */
  stopped: 12,
  /** From the worker: a socket that it received has closed. */
  socketClosed: 13,
  /** From both sides: an event, as [name, payload]; its answer (`reply`), or an error (`replyFail`). */
  event: 14,
  reply: 15,
  replyFail: 16,
  /** From the writer of a stream, on both sides: bytes, the end, or the error that ends it. */
  data: 17,
  end: 18,
  abort: 19,
  /** From the reader of a stream, on both sides. `credit`: the number of bytes that may follow. `halt`: send no more. */
  credit: 20,
  halt: 21,
  /** From the worker: its script has imported `rxvisor/worker`. */
  hello: 22,
} as const;

/** Flags, added to the type of a request or an answer that has a stream or a socket. */
export const WITH_STREAM = 32;
export const WITH_SOCKET = 64;

/** Returns the value of a frame as a list. A value of another type gives an empty list. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Handles a received frame. */
export type OnFrame = (type: number, id: number, value: unknown, more: number) => void;

/** The id of the n-th request of a pool: a UUID, version 4. */
export type IdAt = (n: number) => string;

/** The number of ids that are made at once: a single id costs several times as much. */
const BATCH = 64;
/** The size of a UUID, in bytes and in characters. */
const BYTES = 16;
const LENGTH = 36;

/**
 * Makes the ids of requests. An id is the number of the request, encrypted. Both ends of a wire make the same ids, so no id is
 * sent. Ids are unique, and without the key they cannot be predicted.
 *
 * @param uuid a random UUID: the key of all ids of a pool
 */
export function idSequence(uuid: string): IdAt {
  const cipher = createCipheriv('aes-128-ecb', Buffer.from(uuid.replaceAll('-', ''), 'hex'), null);
  const numbers = Buffer.alloc(BATCH * BYTES);
  const text = Buffer.alloc(BATCH * LENGTH, '-');
  let batch = -1;
  let ids = '';
  return (n) => {
    const at = n % BATCH;
    const wanted = (n - at) / BATCH;
    if (wanted !== batch) {
      batch = wanted;
      for (let i = 0; i < BATCH; i += 1) numbers.writeDoubleLE(batch * BATCH + i, i * BYTES);
      write(cipher.update(numbers), text);
      ids = text.toString('latin1');
    }
    return ids.slice(at * LENGTH, (at + 1) * LENGTH);
  };
}

/** Where the two digits of each byte are in a UUID. */
const places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const digits = Buffer.from('0123456789abcdef');

/**
 * By hand: `toString('hex')` and five slices a UUID cost three times as much. https://www.rfc-editor.org/rfc/rfc9562#section-5.4
 */
function write(bytes: Buffer, text: Buffer): void {
  for (let i = 0; i < BATCH; i += 1) {
    const from = i * BYTES;
    bytes[from + 6] = ((bytes[from + 6] ?? 0) & 0x0f) | 0x40;
    bytes[from + 8] = ((bytes[from + 8] ?? 0) & 0x3f) | 0x80;
    for (let index = 0; index < BYTES; index += 1) {
      const byte = bytes[from + index] ?? 0;
      const to = i * LENGTH + (places[index] ?? 0);
      text[to] = digits[byte >> 4] ?? 0;
      text[to + 1] = digits[byte & 15] ?? 0;
    }
  }
}
