/** A column may take this share of the width at most: that of the names, which are as long as people like. */
const SHARE = 0.4;

/** How wide the column of the names is, in a table so many columns wide. */
export function boundedWidth(width: number, columns: number): number {
  return Math.min(width, Math.ceil(columns * SHARE));
}
