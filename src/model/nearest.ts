/** The word most like `word`, or undefined when none is close enough to be a likely slip. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const ranked = words
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  let last = b.length;
  for (const ch of a) {
    let diagonal = 0;
    row = row.map((above, j) => {
      last = j === 0 ? above + 1 : Math.min(above + 1, last + 1, diagonal + (ch === b[j - 1] ? 0 : 1));
      diagonal = above;
      return last;
    });
  }
  return last;
}
