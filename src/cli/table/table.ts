import strip from 'strip-ansi';
import { escapeControls } from '../../model/show.js';
import type { Colour, Paint } from '../format/paint.js';

export interface Cell {
  readonly text: string;
  readonly colour?: Colour | undefined;
}

/** Rows of as many cells each, one line a row, none wider than the terminal. `bounded` is the column of the names. */
export function tableOf(
  allRows: readonly (readonly Cell[])[],
  columns: number,
  paint: Paint,
  nameColumn = 0,
): readonly string[] {
  const rows = allRows.map((cells) => cells.map((cell) => ({ ...cell, text: escapeControls(cell.text) })));
  const widths = columnWidths(rows, columns, nameColumn);
  // A line that fills the last column makes some terminals go on to the next.
  return rows.map((cells) => lineOf(cells, widths, columns - 1, paint));
}

/** Cells side by side, as many columns of them as there are; colours do not count. */
function lineOf(cells: readonly Cell[], widths: readonly number[], columns: number, paint: Paint): string {
  let left = columns;
  return cells
    .map(({ text, colour }, index) => {
      const before = index === 0 ? '' : columnGap.slice(0, Math.max(0, left));
      left -= before.length;
      const cell = fit(text, Math.max(0, Math.min(widths[index] ?? 0, left)));
      left -= widths[index] ?? 0;
      return before + paint(colour, index === cells.length - 1 ? cell.trimEnd() : cell);
    })
    .join('');
}

/** One column may take this share of the width at most: that of the names, which are as long as people like. */
const MAX_NAME_SHARE = 0.4;

/** How wide each column of a table is, where it has all the room it needs. `bounded` is the column of the names. */
export function columnWidths(rows: readonly (readonly Cell[])[], columns: number, bounded: number): readonly number[] {
  return (rows[0] ?? []).map((_, index) => {
    const width = Math.max(...rows.map((cells) => widthOf(escapeControls(cells[index]?.text ?? ''))));
    return index === bounded ? Math.min(width, Math.ceil(columns * MAX_NAME_SHARE)) : width;
  });
}

/** What stands between two columns of a table. */
export const columnGap = '  ';

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

/** How many columns a text takes on a terminal; colours take none. */
export function widthOf(text: string): number {
  return terminalColumns(strip(text)).reduce((sum, { columns }) => sum + columns, 0);
}

/** What a terminal draws two columns wide: East Asian wide and full-width forms, and emoji. Unicode, annex 11. */
const wideCharacter =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
const graphemes = new Intl.Segmenter();

/** What a reader takes for one character, each with the columns it takes on a terminal. */
function terminalColumns(text: string): readonly { readonly segment: string; readonly columns: number }[] {
  return [...graphemes.segment(text)].map(({ segment }) => ({ segment, columns: wideCharacter.test(segment) ? 2 : 1 }));
}
