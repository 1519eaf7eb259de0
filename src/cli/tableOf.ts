import { escapeControls } from '../model/visible.js';
import { columnWidths } from './columnWidths.js';
import { fit } from './fit.js';
import { columnGap } from './gap.js';
import type { Colour, Paint } from './paintIn.js';

export interface Cell {
  readonly text: string;
  readonly colour?: Colour | undefined;
}

/** Rows of as many cells each, one line a row, none wider than the terminal. `bounded` is the column of the names. */
export function tableOf(
  given: readonly (readonly Cell[])[],
  columns: number,
  paint: Paint,
  bounded = 0,
): readonly string[] {
  const rows = given.map((cells) => cells.map((cell) => ({ ...cell, text: escapeControls(cell.text) })));
  const widths = columnWidths(rows, columns, bounded);
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
