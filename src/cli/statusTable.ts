import type { Status } from '../model/status.js';
import { fit } from './fit.js';
import type { Paint } from './paintIn.js';
import { statusCells } from './statusCells.js';
import { type Cell, tableOf } from './tableOf.js';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const COLUMNS = ['NAME', 'PID', 'STATE', 'RESTARTS', 'UPTIME', 'LAST EXIT'] as const;
const HEAD = COLUMNS.map((text): Cell => ({ text, colour: 'bold' }));

/**
 * The services at a glance at `now`, one line each below a head. No line is wider than the terminal, and there is
 * always a line left below the table; what does not fit is counted.
 */
export function statusTable(statuses: readonly Status[], size: Size, now: number, paint: Paint): readonly string[] {
  const room = Math.max(1, size.rows - 2);
  const shown = statuses.length <= room ? statuses : statuses.slice(0, Math.max(0, room - 1));
  const rows = shown.map((status) => {
    const cells = statusCells(status, now);
    return COLUMNS.map((column) => cells[column]);
  });
  const lines = tableOf([HEAD, ...rows], size.columns, paint);
  const hidden = statuses.length - shown.length;
  return hidden === 0 ? lines : [...lines, fit(`and ${hidden} more`, size.columns - 1).trimEnd()];
}
