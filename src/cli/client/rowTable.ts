import { cellTable } from '../cellTable.js';
import { droppableColumns, statusCells } from '../statusCells.js';
import type { Io } from './io.js';
import { managerName } from './managerName.js';
import type { Row } from './rows.js';

const COLUMNS = [
  'ID',
  'NAME',
  'INST',
  'MANAGER',
  'PID',
  'STATE',
  'RESTARTS',
  'UPTIME',
  'CPU',
  'MEM',
  'LAST EXIT',
] as const;

/** Children of several managers at a glance; lines that end. */
export function rowTable(rows: readonly Row[], { columns, view: { paint } }: Pick<Io, 'columns' | 'view'>): string {
  const now = Date.now();
  const cells = rows.map((row) => ({
    ...statusCells(row, now, row.usage),
    MANAGER: { text: managerName(row.manager) },
  }));
  const several = new Set(rows.map((row) => managerName(row.manager))).size > 1;
  const spare = [...(several ? [] : ['MANAGER']), ...droppableColumns];
  return cellTable(COLUMNS, cells, { spare, columns, paint })
    .map((line) => `${line}\n`)
    .join('');
}
