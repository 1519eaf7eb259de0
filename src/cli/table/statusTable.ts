import type { CommandResult, State, Status, Usage } from '../../model/status.js';
import { managerName, type ManagerSummary } from '../client/withManagers.js';
import { runEndText } from '../format/eventText.js';
import { labelOf, type Paint } from '../format/paint.js';
import { formatBytes, formatDuration, formatPercent } from '../format/units.js';
import type { Io, Size } from '../io.js';
import { type Cell, columnGap, columnWidths, fit, tableOf } from './table.js';

/** What a table of services is about: who there is, and, by id, what those that run use. */
export interface TableContent {
  readonly statuses: readonly Status[];
  readonly usages: ReadonlyMap<number, Usage>;
}

const STATUS_COLUMNS = ['NAME', 'INST', 'PID', 'STATE', 'RESTARTS', 'UPTIME', 'CPU', 'MEM', 'LAST EXIT'] as const;

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
  const maxRows = Math.max(1, size.rows - 2);
  const shown = statuses.length <= maxRows ? statuses : statuses.slice(0, Math.max(0, maxRows - 1));
  const rows = shown.map((status) => statusCells(status, now, usages.get(status.id ?? 0)));
  const lines = cellTable(STATUS_COLUMNS, rows, {
    droppable: droppableColumns,
    columns: size.columns,
    paint,
  });
  const hidden = statuses.length - shown.length;
  return hidden === 0 ? lines : [...lines, fit(`and ${hidden} more`, size.columns - 1).trimEnd()];
}

export interface CellTableOptions {
  /** Columns that are left out, one after the other, where there is no room for all. */
  readonly droppable: readonly string[];
  readonly columns: number;
  readonly paint: Paint;
}

/** Columns, each named in the head; that of the names may be cut. Optional ones that show nothing are left out. */
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

const STATES: Readonly<Record<State, Cell>> = {
  starting: { text: 'starting', colour: 'yellow' },
  online: { text: 'online', colour: 'green' },
  backingOff: { text: 'backing off', colour: 'yellow' },
  stopping: { text: 'stopping', colour: 'yellow' },
  stopped: { text: 'stopped', colour: 'dim' },
  failed: { text: 'failed', colour: 'red' },
};

/** The columns that a table has when there is something to show in them. */
const optionalColumns = ['INST', 'CPU', 'MEM'] as const;
/** Those that can be missed where there is no room for all, in the order in which they go. */
const droppableColumns = ['MEM', 'CPU', 'UPTIME', 'INST'] as const;

/** What a table shows of a child at `now`, by the head of the column; `-` for what there is not. */
function statusCells(status: Status, now: number, usage?: Usage): Readonly<Record<Column, Cell>> {
  const { id, instance, pid, state, restarts, startedAt, lastExit } = status;
  // What was seen of an earlier run says nothing of this one.
  const used = usage?.pid === pid ? usage : undefined;
  const { text, colour } = labelOf(status);
  return {
    ID: { text: String(id ?? NONE) },
    NAME: { text, colour },
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

export type Column =
  (typeof optionalColumns)[number] | 'ID' | 'NAME' | 'PID' | 'STATE' | 'RESTARTS' | 'UPTIME' | 'LAST EXIT';

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

/** Children of several managers at a glance; lines that end. */
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

/** A child, and whose it is. */
export interface Row extends CommandResult {
  readonly manager: ManagerSummary;
  /** What it uses, if that was asked for. */
  readonly usage?: Usage;
}
