/** The most bytes that one IPC message of a child may have. */
const MAX_MESSAGE = 67_108_864;

/**
 * Measures the messages on an IPC channel. Node keeps a message until it is whole, however long that takes.
 *
 * @param serialization `'json'`: a message is a line. `'advanced'`: its length comes first, in four bytes
 * @returns a function of each chunk, none of which is longer than `limit`. It throws when a message has more than `limit` bytes, before the message is whole
 */
export function messageMeter(
  serialization: 'json' | 'advanced',
  limit: number = MAX_MESSAGE,
): (chunk: Uint8Array) => void {
  return serialization === 'json' ? lineMeter(limit) : blockMeter(limit);
}

const LINE_END = 0x0a;
const HEAD = 4;

function lineMeter(limit: number): (chunk: Uint8Array) => void {
  let length = 0;
  return (chunk) => {
    const first = chunk.indexOf(LINE_END);
    check(length + Math.max(first, 0), limit);
    length = first === -1 ? length + chunk.length : chunk.length - 1 - chunk.lastIndexOf(LINE_END);
    check(length, limit);
  };
}

function blockMeter(limit: number): (chunk: Uint8Array) => void {
  let missing = 0;
  let head = 0;
  let headBytes = 0;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      const taken = Math.min(missing, chunk.length - at);
      missing -= taken;
      at += taken;
      if (missing > 0 || at === chunk.length) return;
      head = head * 256 + (chunk[at] ?? 0);
      headBytes += 1;
      at += 1;
      if (headBytes < HEAD) continue;
      check(head, limit);
      missing = head;
      head = 0;
      headBytes = 0;
    }
  };
}

function check(length: number, limit: number): void {
  if (length > limit) throw new Error(`a message has more than ${String(limit)} bytes`);
}
