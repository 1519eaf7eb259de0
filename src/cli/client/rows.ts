import type { ControlClient } from '../../control/client/controlClient.js';
import { escapeControls } from '../../model/show.js';
import type { CommandResult } from '../../model/status.js';
import { labelOf } from '../format/paint.js';
import { type Io, toJson } from '../io.js';
import type { Row } from '../table/statusTable.js';
import { summarizeManager } from './withManagers.js';

/** The children of a manager as they are listed. */
export function rowsOf(client: ControlClient, statuses: readonly CommandResult[]): readonly Row[] {
  const manager = summarizeManager(client);
  return statuses.map((status) => ({ manager, ...status }));
}

/**
 * What was refused and why: a sentence for each such child. Only a manager knows what was asked for: one that has failed is no
 * fault of `stop` or `delete`.
 */
export function refusalsOf(rows: readonly Row[]): readonly string[] {
  return rows.flatMap((row) =>
    row.refused === undefined ? [] : [`${called(row, rows)}: ${escapeControls(row.refused)}`],
  );
}

/** Of several that are called the same, each by its id, too. */
function called(row: Row, rows: readonly Row[]): string {
  const { text } = labelOf(row);
  const alike = rows.filter(({ name }) => name !== undefined && name === row.name);
  return alike.length < 2 ? text : `${text}#${String(row.id)}`;
}

/** Prints children as a table, or as a JSON array; programs do not wait for what draws tables. */
export async function printRows(rows: readonly Row[], json: boolean, io: Io): Promise<void> {
  if (json) {
    io.print(`${toJson(rows)}\n`);
    return;
  }
  const { rowTable } = await import('../table/statusTable.js');
  io.print(rowTable(rows, io));
}
