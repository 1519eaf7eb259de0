/**
 * Whether the memory of bytes was transferred, by `postMessage` for example: there is nothing left to read. A stream throws when it is
 * given such a chunk.
 */
export function isDetached({ buffer, byteLength }: Uint8Array): boolean {
  if (byteLength > 0) return false;
  try {
    // Node 20 has no `ArrayBuffer.prototype.detached`.
    return new Uint8Array(buffer).byteLength < 0;
  } catch {
    return true;
  }
}
