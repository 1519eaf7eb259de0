/** How the bytes of a connection are divided into blocks: each has a head, which gives the length of its body, and a body. */
export interface BlockFormat {
  /**
   * Where the head that begins at `at` ends; -1: only a part of it is there.
   *
   * @throws when the bytes cannot be a head
   */
  readonly headEnd: (bytes: Buffer, at: number) => number;
  /**
   * The length of the body in bytes, from the head between `at` and `end`. Called before a byte of the body is kept.
   *
   * @throws when the head is wrong, or the body too long
   */
  readonly bodyLength: (bytes: Buffer, at: number, end: number) => number;
}

/**
 * @param isOwn whether the block alone uses the memory of `body`. If not, the memory also holds other blocks.
 * @param head has the head of the block at `at`, for this call only
 */
export type OnBlock = (body: Buffer, isOwn: boolean, head: Buffer, at: number) => void;

/**
 * Finds the blocks in chunks of bytes, wherever the chunks were cut.
 *
 * @returns a function to call with each chunk. It throws what `format` and `onBlock` throw; the connection is of no use then.
 */
export function blockReader({ headEnd, bodyLength }: BlockFormat, onBlock: OnBlock): (chunk: Buffer) => void {
  /** A head that came in part, or the head of `body`. */
  let head: Buffer = NOTHING;
  /** A body that came in part, and how much of it has come. */
  let body: Buffer | undefined;
  let filled = 0;

  return (chunk) => {
    let bytes = chunk;
    let at = 0;
    if (body !== undefined) {
      at = fill(body, chunk);
    } else if (head.length > 0) {
      bytes = Buffer.concat([head, chunk]);
      head = NOTHING;
    }
    while (at < bytes.length) {
      const start = headEnd(bytes, at);
      if (start === -1) {
        head = Buffer.from(bytes.subarray(at));
        return;
      }
      const end = start + bodyLength(bytes, at, start);
      if (end > bytes.length) {
        begin(bytes, at, start, end);
        return;
      }
      onBlock(bytes.subarray(start, end), false, bytes, at);
      at = end;
    }
  };

  function begin(bytes: Buffer, at: number, start: number, end: number): void {
    head = Buffer.from(bytes.subarray(at, start));
    // Not from Node's pool: a large block would keep the whole pool in memory.
    body = Buffer.allocUnsafeSlow(end - start);
    filled = bytes.copy(body, 0, start);
  }

  /** Returns how many bytes of the chunk belong to the body. */
  function fill(block: Buffer, chunk: Buffer): number {
    const taken = chunk.copy(block, filled);
    filled += taken;
    if (filled === block.length) {
      const whole = head;
      head = NOTHING;
      body = undefined;
      onBlock(block, true, whole, 0);
    }
    return taken;
  }
}

const NOTHING = Buffer.alloc(0);
