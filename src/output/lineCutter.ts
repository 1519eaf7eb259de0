import { type Cutter, cuttingGuard, LINE_END } from './cuttingGuard.js';

/**
 * Passes whole lines, as bytes and without a copy. The bytes after the last `\n` of a chunk wait for their line end. Lines of
 * more than `max` UTF-16 code units are cut first, by {@link cuttingGuard}.
 */
export function lineCutter(max: number, onCut: () => void): Cutter {
  const guard = cuttingGuard(max, onCut);
  let open: Buffer[] = [];

  return {
    push: (chunk) => wholeLines(guard.push(chunk)),
    end: () => wholeLines(guard.end()),
  };

  function wholeLines(pieces: readonly Buffer[]): readonly Buffer[] {
    const whole: Buffer[] = [];
    for (const piece of pieces) {
      const end = piece.lastIndexOf(LINE_END) + 1;
      if (end > 0) {
        for (const begin of open) whole.push(begin);
        whole.push(end === piece.length ? piece : piece.subarray(0, end));
        open = [];
      }
      if (end < piece.length) open.push(piece.subarray(end));
    }
    return whole;
  }
}
