import { columnWidths } from './columnWidths.js';
import { columnGap } from './gap.js';
import type { Paint } from './paintIn.js';
import { optionalColumns } from './statusCells.js';
import { type Cell, tableOf } from './tableOf.js';

export interface CellTableOptions {
  /** Columns that are left out, one after the other, where there is no room for all. */
  readonly spare: readonly string[];
  readonly columns: number;
  readonly paint: Paint;
}

/** Columns, each named in the head; that of the names may be cut. Optional ones that show nothing are left out. */
export function cellTable<C extends string>(
  names: readonly C[],
  rows: readonly Readonly<Record<C, Cell>>[],
  { spare, columns, paint }: CellTableOptions,
): readonly string[] {
  const optional: readonly string[] = optionalColumns;
  const worthy = names.filter((name) => !optional.includes(name) || rows.some((cells) => cells[name].text !== '-'));
  const shown = fitting(worthy, spare);
  return tableOf(cellsOf(shown), columns, paint, bounded(shown));

  function fitting(names: readonly C[], [first, ...others]: readonly string[]): readonly C[] {
    const widths = columnWidths(cellsOf(names), columns, bounded(names));
    const needed = widths.reduce((sum, width) => sum + columnGap.length + width, -columnGap.length);
    if (needed < columns || first === undefined) return names;
    const fewer = names.filter((name) => name !== first);
    return fitting(fewer, others);
  }

  function cellsOf(names: readonly C[]): readonly (readonly Cell[])[] {
    const head = names.map((text): Cell => ({ text, colour: 'bold' }));
    return [head, ...rows.map((cells) => names.map((name) => cells[name]))];
  }
}

function bounded(names: readonly string[]): number {
  return names.indexOf('NAME');
}
