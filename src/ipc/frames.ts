import { createCipheriv } from 'node:crypto';

/**
 * What is said over a wire. A frame is a type, the id of what it is about, a value, and a number more:
 * see docs/pooling.md, "On the wire".
 */
export const frames = {
  /** Manager: a request; more: when it was made. */
  request: 1,
  /** Manager: nobody waits for the answers any more. */
  cancel: 2,
  /** Manager: end what you have begun for good. */
  softStop: 3,
  /** Manager: how is your memory? Worker: so is it. */
  health: 4,
  /** Worker: send me requests; or not. */
  ready: 5,
  busy: 6,
  /** Worker: one of several answers; the last one; no more answers; the error instead. More: the id of a stream, if any. */
  next: 7,
  answer: 8,
  done: 9,
  fail: 10,
  /** Worker: this request does not count against my concurrency any more. */
  release: 11,
  /** Worker: the handlers for the soft stop have ended. */
  stopped: 12,
  /** Worker: a socket that was handed over has closed. */
  socketClosed: 13,
  /** Both: an event, as [name, payload]; its answer; the error instead. */
  event: 14,
  reply: 15,
  replyFail: 16,
  /** Both, of a stream, by the side that writes it: bytes; the end; an end before its time. */
  data: 17,
  end: 18,
  abort: 19,
  /** Both from the reader of a stream. `credit`: the number of bytes that may follow. `halt`: send no more. */
  credit: 20,
  halt: 21,
  /** Worker: its script has imported `rxvisor/worker`. */
  hello: 22,
} as const;

/** Added to the type of a request or an answer that comes with one. */
export const WITH_STREAM = 32;
export const WITH_SOCKET = 64;

/** The value of a frame that is to be a list, such as that of an event, as one. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What is done about each frame that comes. */
export type OnFrame = (type: number, id: number, value: unknown, more: number) => void;

/** The id of the nth request of a pool: a UUID, version 4. */
export type IdAt = (n: number) => string;

/** The number of ids that are made at once: a single id costs several times as much. */
const BATCH = 64;
/** Bytes of a UUID, and its characters. */
const BYTES = 16;
const LENGTH = 36;

/**
 * Ids that the two ends of a wire make alike, so that none is ever sent: the numbers of the requests, encrypted. No two of
 * them are the same, and without the key none says anything about another one.
 *
 * @param uuid a random UUID: the key that the ids of one pool have in common
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

/** By hand: `toString('hex')` and five slices a UUID cost three times as much. https://www.rfc-editor.org/rfc/rfc9562#section-5.4 */
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
