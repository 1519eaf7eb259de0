import { deserialize } from 'node:v8';
import { blockReader } from './blockReader.js';
import { kinds } from './encode.js';
import type { OnFrame } from './frames.js';
import { FRAME_HEAD, HEAD, TEXT } from './frameWriter.js';
import { type Packed, unpackErrors } from './packErrors.js';
import { UnreadableError } from './sentError.js';

/**
 * Reads frames from chunks of bytes. A chunk may end anywhere. For a value that cannot be decoded, the frame has an
 * {@link UnreadableError}, and the wire is still usable.
 *
 * @param limit the maximum size of a block, in bytes
 * @returns a function to call with each chunk. It throws if the bytes are not a frame, or a block exceeds `limit`. After an
 * error the wire is unusable
 */
export function frameReader(onFrame: OnFrame, limit: number): (chunk: Buffer) => void {
  return blockReader({ headEnd, bodyLength }, (block, isOwn, head, at) => {
    read(head.readUInt8(at + 4), block, isOwn);
  });

  function bodyLength(bytes: Buffer, at: number): number {
    const length = bytes.readUInt32LE(at);
    if (length > limit) throw new Error(`a frame of ${String(length)} bytes; the limit is ${String(limit)}`);
    return length;
  }

  function read(kind: number, block: Buffer, own: boolean): void {
    if (kind === TEXT) readText(block.toString());
    else readOne(kind, block, own);
  }

  /** All frames of a turn are in one array, with four entries for each frame. So JSON is parsed once a turn, not once a frame. */
  function readText(text: string): void {
    const entries: unknown = JSON.parse(text);
    if (!Array.isArray(entries)) throw new Error('a block of text that holds no frames');
    for (let at = 0; at < entries.length; at += 4) {
      onFrame(Number(entries[at]), Number(entries[at + 1]), entries[at + 2], Number(entries[at + 3]));
    }
  }

  function readOne(kind: number, block: Buffer, own: boolean): void {
    if (block.length < FRAME_HEAD) throw new Error('a frame that is shorter than its head');
    const type = block.readUInt8(0);
    const id = block.readDoubleLE(1);
    const more = block.readDoubleLE(9);
    const bytes = block.subarray(FRAME_HEAD);
    if (kind === kinds.clone) onFrame(type, id, readClone(bytes), more);
    else if (kind === kinds.errors) onFrame(type, id, readErrors(bytes), more);
    // A block in a chunk uses the memory of the socket, so it is copied. A block that was joined here has its own memory.
    else if (kind === kinds.buffer) onFrame(type, id, own ? bytes : Buffer.from(bytes), more);
    else if (kind === kinds.bytes) onFrame(type, id, own ? bytesOf(bytes) : new Uint8Array(bytes), more);
    else throw new Error(`a block of unknown kind ${String(kind)}`);
  }
}

function headEnd(bytes: Buffer, at: number): number {
  return bytes.length - at < HEAD ? -1 : at + HEAD;
}

function readClone(bytes: Buffer): unknown {
  try {
    return deserialize(bytes);
  } catch (error) {
    return new UnreadableError(error);
  }
}

function readErrors(bytes: Buffer): unknown {
  const packed = readClone(bytes);
  try {
    return isPacked(packed) ? unpackErrors(packed) : packed;
  } catch (error) {
    return new UnreadableError(error);
  }
}

/** Checks only one field: our own writer has made the value. */
function isPacked(value: unknown): value is Packed {
  return typeof value === 'object' && value !== null && 'stubs' in value;
}

function bytesOf({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}
