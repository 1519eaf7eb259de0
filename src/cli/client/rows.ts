import type { ControlClient } from '../../control/client/controlClient.js';
import { escapeControls } from '../../model/show.js';
import type { CommandResult } from '../../model/status.js';
import { labelAmong } from '../format/label.js';
import { type Io, toJson } from '../io.js';
import type { Row } from '../table/statusTable.js';
import { summarizeManager } from './withManagers.js';

/** Lists the children of a manager. Uses the list that came with the connection, if there is one. */
export async function listRows(client: ControlClient): Promise<readonly Row[]> {
  return rowsOf(client, await (client.list ?? client.call('list', undefined)));
}

/** The children of a manager as rows of a table or of JSON output. */
export function rowsOf(client: ControlClient, statuses: readonly CommandResult[]): readonly Row[] {
  const manager = summarizeManager(client);
  return statuses.map((status) => ({ manager, ...status }));
}

/**
 * A message for each child that refused the command: its label and the reason. The state is not enough: after `stop`, a
 * child that has failed is no error.
 */
export function refusalsOf(rows: readonly Row[]): readonly string[] {
  return rows.flatMap((row) =>
    row.refused === undefined ? [] : [`${labelAmong(row, rows).text}: ${escapeControls(row.refused)}`],
  );
}

/** Prints children as a table, or as a JSON array. JSON output does not load the code for tables. */
export async function printRows(rows: readonly Row[], json: boolean, io: Io): Promise<void> {
  if (json) {
    io.print(`${toJson(rows)}\n`);
    return;
  }
  const { rowTable } = await import('../table/statusTable.js');
  io.print(rowTable(rows, io));
}
