import type { CommandResult, State, Status, Usage } from '../../model/status.js';
import { runEndText } from '../format/eventText.js';
import { labelAmong, labelOf, managerName, type ManagerSummary } from '../format/label.js';
import type { Paint } from '../format/paint.js';
import { formatBytes, formatDuration, formatPercent } from '../format/units.js';
import type { Io, Size } from '../io.js';
import { type Cell, columnGap, columnWidths, fit, tableOf } from './table.js';

/** The content of a table: the services and, by id, the CPU and memory use of those that run. */
export interface TableContent {
  readonly statuses: readonly Status[];
  readonly usages: ReadonlyMap<number, Usage>;
}

/** A child and its manager. */
export interface Row extends CommandResult {
  readonly manager: ManagerSummary;
  /** CPU and memory use, if requested. */
  readonly usage?: Usage;
}

/**
 * Draws the table of `rxvisor run`: a header, then one line for each service. The table fits into the terminal and
 * leaves one line free below it. If there are too many services, the last line counts the hidden ones.
 */
export function statusTable(
  { statuses, usages }: TableContent,
  size: Size,
  now: number,
  paint: Paint,
): readonly string[] {
  const maxRows = Math.max(1, size.rows - 2);
  const shown = statuses.length <= maxRows ? statuses : statuses.slice(0, Math.max(0, maxRows - 1));
  const rows = shown.map((status) => ({
    ...statusCells(status, now, usages.get(status.id ?? 0)),
    // This table has no column with the id.
    NAME: labelAmong(status, statuses),
  }));
  const lines = cellTable(STATUS_COLUMNS, rows, {
    droppable: droppableColumns,
    columns: size.columns,
    paint,
  });
  const hidden = statuses.length - shown.length;
  return hidden === 0 ? lines : [...lines, fit(`and ${hidden} more`, size.columns - 1).trimEnd()];
}

/** Formats the children of all managers as a table, as whole lines. */
export function rowTable(rows: readonly Row[], { columns, view: { paint } }: Pick<Io, 'columns' | 'view'>): string {
  const now = Date.now();
  const cells = rows.map((row) => ({
    ...statusCells(row, now, row.usage),
    MANAGER: { text: managerName(row.manager) },
  }));
  const several = new Set(rows.map((row) => managerName(row.manager))).size > 1;
  const spare = [...(several ? [] : ['MANAGER']), ...droppableColumns];
  return cellTable(LIST_COLUMNS, cells, { droppable: spare, columns, paint })
    .map((line) => `${line}\n`)
    .join('');
}

export type Column =
  (typeof optionalColumns)[number] | 'ID' | 'NAME' | 'PID' | 'STATE' | 'RESTARTS' | 'UPTIME' | 'LAST EXIT';

const STATUS_COLUMNS = ['NAME', 'INST', 'PID', 'STATE', 'RESTARTS', 'UPTIME', 'CPU', 'MEM', 'LAST EXIT'] as const;

export interface CellTableOptions {
  /** Columns to leave out, in this order, until the table fits. */
  readonly droppable: readonly string[];
  readonly columns: number;
  readonly paint: Paint;
}

/** Formats named columns with a header. Leaves out optional columns without values. May cut the name column. */
function cellTable<C extends string>(
  names: readonly C[],
  rows: readonly Readonly<Record<C, Cell>>[],
  { droppable: spare, columns, paint }: CellTableOptions,
): readonly string[] {
  const optional: readonly string[] = optionalColumns;
  const nonEmpty = names.filter((name) => !optional.includes(name) || rows.some((cells) => cells[name].text !== '-'));
  const shown = fittingColumns(nonEmpty, spare);
  return tableOf(cellsOf(shown), columns, paint, nameColumnOf(shown));

  function fittingColumns(names: readonly C[], [first, ...others]: readonly string[]): readonly C[] {
    const widths = columnWidths(cellsOf(names), columns, nameColumnOf(names));
    const needed = widths.reduce((sum, width) => sum + columnGap.length + width, -columnGap.length);
    if (needed < columns || first === undefined) return names;
    const fewer = names.filter((name) => name !== first);
    return fittingColumns(fewer, others);
  }

  function cellsOf(names: readonly C[]): readonly (readonly Cell[])[] {
    const head = names.map((text): Cell => ({ text, colour: 'bold' }));
    return [head, ...rows.map((cells) => names.map((name) => cells[name]))];
  }
}

function nameColumnOf(names: readonly string[]): number {
  return names.indexOf('NAME');
}

/** How tables show the states. */
export const STATES: Readonly<Record<State, Cell>> = {
  waiting: { text: 'waiting', colour: 'yellow' },
  starting: { text: 'starting', colour: 'yellow' },
  online: { text: 'online', colour: 'green' },
  backingOff: { text: 'backing off', colour: 'yellow' },
  stopping: { text: 'stopping', colour: 'yellow' },
  stopped: { text: 'stopped', colour: 'dim' },
  failed: { text: 'failed', colour: 'red' },
};

/** Columns that are shown only when at least one row has a value. */
const optionalColumns = ['INST', 'CPU', 'MEM'] as const;
/** Columns that are left out when the terminal is too narrow, in this order. */
const droppableColumns = ['MEM', 'CPU', 'UPTIME', 'INST'] as const;

/** The cells of a child by column. `-`: no value. `now`: ms since the epoch. */
function statusCells(status: Status, now: number, usage?: Usage): Readonly<Record<Column, Cell>> {
  const { id, instance, pid, state, restarts, startedAt, lastExit } = status;
  // A usage of an earlier run does not count.
  const used = usage?.pid === pid ? usage : undefined;
  return {
    ID: { text: String(id ?? NONE) },
    NAME: labelOf(status),
    INST: { text: instance === undefined ? NONE : String(instance) },
    PID: { text: pid === undefined ? NONE : String(pid) },
    STATE: STATES[state],
    RESTARTS: { text: String(restarts) },
    UPTIME: { text: startedAt === undefined ? NONE : formatDuration(now - startedAt) },
    CPU: { text: used === undefined ? NONE : formatPercent(used.cpu) },
    MEM: { text: used === undefined ? NONE : formatBytes(used.rss) },
    'LAST EXIT': { text: lastExit === undefined ? NONE : runEndText(lastExit) },
  };
}

const NONE = '-';

const LIST_COLUMNS = [
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
