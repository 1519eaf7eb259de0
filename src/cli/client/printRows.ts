import type { Io } from './io.js';
import type { Row } from './rows.js';
import { toJson } from '../toJson.js';

/** Prints children as a table, or as a JSON array; programs do not wait for what draws tables. */
export async function printRows(rows: readonly Row[], json: boolean, io: Io): Promise<void> {
  if (json) {
    io.print(`${toJson(rows)}\n`);
    return;
  }
  const { rowTable } = await import('./rowTable.js');
  io.print(rowTable(rows, io));
}
