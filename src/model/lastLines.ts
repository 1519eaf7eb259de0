/** How much is kept: lines, and characters of each. */
const LINES = 20;
const LENGTH = 500;

/** The last 20 lines of `before` and of the block `text`, oldest first; of each, the first 500 characters. */
export function lastLines(before: readonly string[], text: string): readonly string[] {
  const lines = text.split('\n').slice(0, -1);
  return [...before, ...lines.slice(-LINES).map((line) => line.slice(0, LENGTH))].slice(-LINES);
}
