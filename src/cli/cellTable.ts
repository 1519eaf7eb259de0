import type { Paint } from './paintIn.js';
import { type Cell, tableOf } from './tableOf.js';

/** Columns, each named in the head; those that show nothing but `-` in all rows are left out, if they are `optional`. */
export function cellTable<C extends string>(
  names: readonly C[],
  optional: readonly string[],
  rows: readonly Readonly<Record<C, Cell>>[],
  columns: number,
  paint: Paint,
): readonly string[] {
  const shown = names.filter((name) => !optional.includes(name) || rows.some((cells) => cells[name].text !== '-'));
  const head = shown.map((text): Cell => ({ text, colour: 'bold' }));
  const named = shown.findIndex((name) => name === 'NAME');
  return tableOf([head, ...rows.map((cells) => shown.map((name) => cells[name]))], columns, paint, named);
}
