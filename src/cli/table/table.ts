import strip from 'strip-ansi';
import { escapeControls } from '../../model/show.js';
import type { Colour, Paint } from '../format/paint.js';

export interface Cell {
  readonly text: string;
  readonly colour?: Colour | undefined;
}

/**
 * Formats rows, one line each, not wider than the terminal. All rows have the same number of cells. `nameColumn` may be
 * cut.
 */
export function tableOf(
  allRows: readonly (readonly Cell[])[],
  columns: number,
  paint: Paint,
  nameColumn = 0,
): readonly string[] {
  const rows = allRows.map((cells) => cells.map((cell) => ({ ...cell, text: escapeControls(cell.text) })));
  const widths = columnWidths(rows, columns, nameColumn);
  // Some terminals wrap a line that fills the last column.
  return rows.map((cells) => lineOf(cells, widths, columns - 1, paint));
}

/** The widths of the columns of a table when it has enough room. `nameColumn` is at most `MAX_NAME_SHARE` wide. */
export function columnWidths(rows: readonly (readonly Cell[])[], columns: number, bounded: number): readonly number[] {
  return (rows[0] ?? []).map((_, index) => {
    const width = Math.max(...rows.map((cells) => widthOf(escapeControls(cells[index]?.text ?? ''))));
    return index === bounded ? Math.min(width, Math.ceil(columns * MAX_NAME_SHARE)) : width;
  });
}

/** Pads a text, or cuts it with an ellipsis, to exactly `width` columns. The text has no colours. */
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

/** The width of a text on a terminal, in columns. Colours have no width. */
export function widthOf(text: string): number {
  return terminalColumns(strip(text)).reduce((sum, { columns }) => sum + columns, 0);
}

/** The gap between two columns. */
export const columnGap = '  ';

/** Formats one row, at most `columns` wide. Colours have no width. */
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

/** The name column may take at most this share of the width. */
const MAX_NAME_SHARE = 0.4;

/** Characters that take two columns: East Asian wide and full-width forms, and emoji. Unicode Standard Annex 11. */
const wideCharacter =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
const graphemes = new Intl.Segmenter();

/** Splits a text into visible characters, with the width of each on a terminal. */
function terminalColumns(text: string): readonly { readonly segment: string; readonly columns: number }[] {
  return [...graphemes.segment(text)].map(({ segment }) => ({ segment, columns: wideCharacter.test(segment) ? 2 : 1 }));
}
