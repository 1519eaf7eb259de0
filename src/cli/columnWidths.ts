import { escapeControls } from '../model/visible.js';
import type { Cell } from './tableOf.js';
import { widthOf } from './widthOf.js';

/** One column may take this share of the width at most: that of the names, which are as long as people like. */
const SHARE = 0.4;

/** How wide each column of a table is, where it has all the room it needs. `bounded` is the column of the names. */
export function columnWidths(rows: readonly (readonly Cell[])[], columns: number, bounded: number): readonly number[] {
  return (rows[0] ?? []).map((_, index) => {
    const width = Math.max(...rows.map((cells) => widthOf(escapeControls(cells[index]?.text ?? ''))));
    return index === bounded ? Math.min(width, Math.ceil(columns * SHARE)) : width;
  });
}
