import type { Socket } from 'node:net';
import type { Wire, WireListener } from '../model/spawnedProcess.js';
import { type Encoded, isDetached, kinds, sizeOf } from './encode.js';

/** Gathers the frames of one turn of the event loop, and writes them together. */
export interface FrameWriter {
  readonly send: (type: number, id: number, value?: Encoded, more?: number) => void;
  /** Writes the gathered frames now. Returns false if the other side reads too slowly: wait for `onDrain`. */
  readonly flush: () => boolean;
}

/** The size of the head of a block: the length of its body, in four bytes, and its kind. */
export const HEAD = 5;
/** The size of the head of a single frame, which follows: type, id and more. */
export const FRAME_HEAD = 17;
/** The kind of a block that holds many frames as text. */
export const TEXT = 0;

/** The size at which text becomes a block before the end of the turn, in characters. */
const FULL = 64 * 1_024;

export function frameWriter(wire: Pick<Wire, 'write' | 'soon'>): FrameWriter {
  let text = '';
  let blocks: Uint8Array[] = [];
  let due = false;
  // Often the same as in the last frame: 0, or the millisecond in which many requests were made.
  let lastMore = 0;
  let suffix = ',0';

  return { send, flush };

  function send(type: number, id: number, value: Encoded = 'null', more = 0): void {
    if (!due) {
      due = true;
      wire.soon(flush);
    }
    if (typeof value === 'string') {
      if (more !== lastMore) {
        lastMore = more;
        suffix = ',' + String(more);
      }
      text += (text === '' ? '[' : ',') + String(type) + ',' + String(id) + ',' + value + suffix;
      if (text.length > FULL) endText();
      return;
    }
    endText();
    const { kind, bytes } = value;
    const head = Buffer.allocUnsafe(HEAD + FRAME_HEAD);
    head.writeUInt32LE(FRAME_HEAD + sizeOf(value), 0);
    head.writeUInt8(kind, 4);
    head.writeUInt8(type, HEAD);
    head.writeDoubleLE(id, HEAD + 1);
    head.writeDoubleLE(more, HEAD + 9);
    blocks.push(head, bytes);
  }

  function endText(): void {
    if (text === '') return;
    text += ']';
    // A UTF-16 unit is three bytes at most.
    const block = Buffer.allocUnsafe(HEAD + text.length * 3);
    const length = block.write(text, HEAD);
    block.writeUInt32LE(length, 0);
    block.writeUInt8(TEXT, 4);
    blocks.push(block.subarray(0, HEAD + length));
    text = '';
  }

  function flush(): boolean {
    due = false;
    endText();
    if (blocks.length === 0) return true;
    const gathered = blocks;
    blocks = [];
    if (gathered.some(isDetached)) leaveOutDetached(gathered);
    return wire.write(gathered);
  }
}

/** Replaces detached blocks by frames that cannot be decoded. The other side reports that to the affected request. */
function leaveOutDetached(blocks: Uint8Array[]): void {
  blocks.forEach((block, index) => {
    const head = blocks[index - 1];
    if (head === undefined || !isDetached(block)) return;
    const cut = Buffer.from(head);
    cut.writeUInt32LE(FRAME_HEAD, 0);
    cut.writeUInt8(kinds.clone, 4);
    blocks[index - 1] = cut;
    blocks[index] = NOTHING;
  });
}

const NOTHING = new Uint8Array(0);

/** A wire over a socket, or over one end of a pipe that reads and writes. */
export function socketWire(socket: Socket): Wire {
  // Reset or broken pipe: the `close` event that follows reports the end of the other process.
  socket.on('error', () => undefined);
  return {
    write: (chunks) => {
      if (socket.destroyed) return true;
      const [only] = chunks;
      if (chunks.length === 1 && only !== undefined) return socket.write(only);
      // While the socket is corked, Node gathers the chunks for a single writev(2).
      socket.cork();
      for (const chunk of chunks) socket.write(chunk);
      socket.uncork();
      return !socket.writableNeedDrain;
    },
    listen: ({ onBytes, onDrain, onClose }: WireListener) => {
      socket.on('data', onBytes);
      socket.on('drain', onDrain);
      if (socket.closed) process.nextTick(onClose);
      else socket.once('close', onClose);
    },
    soon: (work) => {
      process.nextTick(work);
    },
    close: () => {
      socket.destroy();
    },
  };
}
