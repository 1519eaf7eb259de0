import { terminalColumns } from './columnsOf.js';

/** A plain text of exactly `width` columns: padded, or cut with an ellipsis. */
export function fit(text: string, width: number): string {
  const segments = terminalColumns(text);
  const total = segments.reduce((sum, { columns }) => sum + columns, 0);
  if (total <= width) return text + ' '.repeat(width - total);
  if (width < 1) return '';
  let cut = '';
  let used = 0;
  for (const { segment, columns } of segments) {
    if (used + columns > width - 1) break;
    cut += segment;
    used += columns;
  }
  return `${cut}…${' '.repeat(width - 1 - used)}`;
}
