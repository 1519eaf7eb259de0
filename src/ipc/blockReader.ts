/** The format of the blocks on a connection. A block has a head and a body. The head gives the length of the body. */
export interface BlockFormat {
  /**
   * The end of the head that begins at `at`. -1 if only a part of it has arrived.
   *
   * @throws if the bytes cannot be a head
   */
  readonly headEnd: (bytes: Buffer, at: number) => number;
  /**
   * The length of the body in bytes, from the head between `at` and `end`. Called before any byte of the body is stored.
   *
   * @throws if the head is invalid, or the body is too long
   */
  readonly bodyLength: (bytes: Buffer, at: number, end: number) => number;
}

/**
 * @param isOwn whether only this block uses the memory of `body`. Otherwise the memory also holds other blocks
 * @param head holds the head of the block at `at`. Valid during the call only
 */
export type OnBlock = (body: Buffer, isOwn: boolean, head: Buffer, at: number) => void;

/**
 * Finds the blocks in chunks of bytes. A chunk may end anywhere.
 *
 * @returns a function to call with each chunk. It throws the errors of `format` and `onBlock`. After an error the connection is
 * unusable
 */
export function blockReader({ headEnd, bodyLength }: BlockFormat, onBlock: OnBlock): (chunk: Buffer) => void {
  /** A head that has arrived in part, or the head of `body`. */
  let head: Buffer = NOTHING;
  /** A body that has arrived in part. */
  let body: Buffer | undefined;
  /** The number of its bytes that have arrived. */
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
        startBody(bytes, at, start, end);
        return;
      }
      onBlock(bytes.subarray(start, end), false, bytes, at);
      at = end;
    }
  };

  function startBody(bytes: Buffer, at: number, start: number, end: number): void {
    head = Buffer.from(bytes.subarray(at, start));
    // Not from Node's pool: a large block would keep the whole pool in memory.
    body = Buffer.allocUnsafeSlow(end - start);
    filled = bytes.copy(body, 0, start);
  }

  /** Returns the number of bytes of the chunk that belong to the body. */
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
