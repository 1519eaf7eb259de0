import { boundedWidth } from './boundedWidth.js';
import type { Paint } from './paintIn.js';
import { type Cell, tableOf } from './tableOf.js';
import { widthOf } from './widthOf.js';

export interface CellTableOptions {
  /** Columns that are left out when they show nothing but `-`. */
  readonly optional: readonly string[];
  /** Columns that are left out, one after the other, where there is no room for all. */
  readonly spare: readonly string[];
  readonly columns: number;
  readonly paint: Paint;
}

/** Columns, each named in the head; that of the names may be cut. */
export function cellTable<C extends string>(
  names: readonly C[],
  rows: readonly Readonly<Record<C, Cell>>[],
  { optional, spare, columns, paint }: CellTableOptions,
): readonly string[] {
  const worthy = names.filter((name) => !optional.includes(name) || rows.some((cells) => cells[name].text !== '-'));
  const shown = fitting(worthy, spare);
  const head = shown.map((text): Cell => ({ text, colour: 'bold' }));
  const body = rows.map((cells) => shown.map((name) => cells[name]));
  return tableOf([head, ...body], columns, paint, shown.findIndex(isNames));

  function fitting(names: readonly C[], [first, ...others]: readonly string[]): readonly C[] {
    const needed = names.reduce((sum, name) => sum + GAP + widthIn(name), -GAP);
    return needed < columns || first === undefined
      ? names
      : fitting(
          names.filter((name) => name !== first),
          others,
        );
  }

  function widthIn(name: C): number {
    const width = Math.max(widthOf(name), ...rows.map((cells) => widthOf(cells[name].text)));
    return isNames(name) ? boundedWidth(width, columns) : width;
  }
}

const GAP = 2;

function isNames(name: string): boolean {
  return name === 'NAME';
}
