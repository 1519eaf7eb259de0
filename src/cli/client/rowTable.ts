import { statusCells } from '../statusCells.js';
import { type Cell, tableOf } from '../tableOf.js';
import type { Io } from './io.js';
import { managerName } from './managerName.js';
import type { Row } from './rows.js';

const COLUMNS = ['ID', 'NAME', 'MANAGER', 'PID', 'STATE', 'RESTARTS', 'UPTIME', 'LAST EXIT'] as const;
const HEAD = COLUMNS.map((text): Cell => ({ text, colour: 'bold' }));

/** Children of several managers at a glance; lines that end. */
export function rowTable(rows: readonly Row[], { columns, view: { paint } }: Pick<Io, 'columns' | 'view'>): string {
  const now = Date.now();
  const table = rows.map((row) => {
    const cells = { ...statusCells(row, now), MANAGER: { text: managerName(row.manager) } };
    return COLUMNS.map((column): Cell => cells[column]);
  });
  return tableOf([HEAD, ...table], columns, paint, 1)
    .map((line) => `${line}\n`)
    .join('');
}
