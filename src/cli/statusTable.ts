import type { State, Status } from '../model/status.js';
import { endOf } from './endOf.js';
import { fit } from './fit.js';
import { formatDuration } from './formatDuration.js';
import { labelOf } from './labelOf.js';
import type { Colour, Paint } from './paintIn.js';
import { widthOf } from './widthOf.js';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

interface Cell {
  readonly text: string;
  readonly colour?: Colour | undefined;
}

const HEAD = ['NAME', 'PID', 'STATE', 'RESTARTS', 'UPTIME', 'LAST EXIT'].map((text): Cell => ({
  text,
  colour: 'bold',
}));
/** A name may take this share of the width. */
const NAME_SHARE = 0.4;
const GAP = '  ';

const STATES: Readonly<Record<State, Cell>> = {
  starting: { text: 'starting', colour: 'yellow' },
  online: { text: 'online', colour: 'green' },
  backingOff: { text: 'backing off', colour: 'yellow' },
  stopping: { text: 'stopping', colour: 'yellow' },
  stopped: { text: 'stopped', colour: 'dim' },
  failed: { text: 'failed', colour: 'red' },
};

/**
 * The services at a glance at `now`, one line each below a head. No line is wider than the terminal, and there is
 * always a line left below the table; what does not fit is counted.
 */
export function statusTable(statuses: readonly Status[], size: Size, now: number, paint: Paint): readonly string[] {
  const room = Math.max(1, size.rows - 2);
  const shown = statuses.length <= room ? statuses : statuses.slice(0, Math.max(0, room - 1));
  const rows = [HEAD, ...shown.map((status) => cellsOf(status, now))];
  const widths = HEAD.map((_, index) => Math.max(...rows.map((cells) => widthOf(cells[index]?.text ?? ''))));
  const fitted = widths.map((width, index) =>
    index === 0 ? Math.min(width, Math.ceil(size.columns * NAME_SHARE)) : width,
  );
  // A line that fills the last column makes some terminals go on to the next.
  const lines = rows.map((cells) => lineOf(cells, fitted, size.columns - 1, paint));
  const hidden = statuses.length - shown.length;
  return hidden === 0 ? lines : [...lines, fit(`and ${hidden} more`, size.columns - 1).trimEnd()];
}

function cellsOf(status: Status, now: number): readonly Cell[] {
  const { pid, state, restarts, startedAt, lastExit } = status;
  const { text, colour } = labelOf(status);
  return [
    { text, colour },
    { text: pid === undefined ? '-' : String(pid) },
    STATES[state],
    { text: String(restarts) },
    { text: startedAt === undefined ? '-' : formatDuration(now - startedAt) },
    { text: lastExit === undefined ? '-' : endOf(lastExit) },
  ];
}

/** Cells side by side, as many columns of them as there are; colours do not count. */
function lineOf(cells: readonly Cell[], widths: readonly number[], columns: number, paint: Paint): string {
  let left = columns;
  return cells
    .map(({ text, colour }, index) => {
      const gap = index === 0 ? '' : GAP.slice(0, Math.max(0, left));
      left -= gap.length;
      const cell = fit(text, Math.max(0, Math.min(widths[index] ?? 0, left)));
      left -= widths[index] ?? 0;
      return gap + paint(colour, index === cells.length - 1 ? cell.trimEnd() : cell);
    })
    .join('');
}
