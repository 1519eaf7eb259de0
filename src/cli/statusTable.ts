import type { Status } from '../model/status.js';
import type { Usage } from '../model/usage.js';
import { cellTable } from './cellTable.js';
import { fit } from './fit.js';
import type { Paint } from './paintIn.js';
import { droppableColumns, statusCells } from './statusCells.js';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What a table of services is about: who there is, and, by id, what those that run use. */
export interface TableContent {
  readonly statuses: readonly Status[];
  readonly usages: ReadonlyMap<number, Usage>;
}

const COLUMNS = ['NAME', 'INST', 'PID', 'STATE', 'RESTARTS', 'UPTIME', 'CPU', 'MEM', 'LAST EXIT'] as const;

/**
 * The services at a glance at `now`, one line each below a head. No line is wider than the terminal, and there is
 * always a line left below the table; what does not fit is counted.
 */
export function statusTable(
  { statuses, usages }: TableContent,
  size: Size,
  now: number,
  paint: Paint,
): readonly string[] {
  const room = Math.max(1, size.rows - 2);
  const shown = statuses.length <= room ? statuses : statuses.slice(0, Math.max(0, room - 1));
  const rows = shown.map((status) => statusCells(status, now, usages.get(status.id ?? 0)));
  const lines = cellTable(COLUMNS, rows, {
    spare: droppableColumns,
    columns: size.columns,
    paint,
  });
  const hidden = statuses.length - shown.length;
  return hidden === 0 ? lines : [...lines, fit(`and ${hidden} more`, size.columns - 1).trimEnd()];
}
