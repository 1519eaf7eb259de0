import { createCipheriv } from 'node:crypto';

/** The id of the nth request of a pool: a UUID, version 4. */
export type IdAt = (n: number) => string;

/** So many ids are made at once: one alone costs several times as much. */
const BATCH = 16;
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
