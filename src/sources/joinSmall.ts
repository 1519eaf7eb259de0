/** Pieces that are smaller than this many bytes on average are joined: copying them is quicker than listing them. */
const SMALL = 4_096;

/** The same bytes in fewer pieces, if they are small ones. */
export function joinSmallChunks<T extends Uint8Array>(pieces: readonly T[]): readonly (T | Buffer)[] {
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  return pieces.length > 1 && size < pieces.length * SMALL ? [Buffer.concat(pieces)] : pieces;
}
