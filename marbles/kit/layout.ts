import type { Lane } from './rehearse.js';

/** The place of a time: its row, and its distance from the left. */
export interface Column {
  readonly at: number;
  readonly row: number;
  readonly x: number;
  /** The width of its marbles, side by side; 0 for the time of `until`. */
  readonly width: number;
}

/** The time between two columns of one row. */
export interface Gap {
  readonly ms: number;
  readonly row: number;
  readonly from: number;
  readonly to: number;
  /** Whether the axis has a gap here: to scale, it would be longer. */
  readonly broken: boolean;
}

export interface Layout {
  readonly columns: readonly Column[];
  readonly gaps: readonly Gap[];
  readonly rows: number;
  readonly columnAt: (at: number) => Column;
}

export const marble = 22;
const shortest = 48;
const longest = 88;

/** Places every time that has an event. A full row is followed by the next one. */
export function layout(lanes: readonly Lane[], left: number, right: number): Layout {
  const times = [...new Set([0, ...lanes.flatMap(({ marks }) => marks.map(({ at }) => at))])].sort((a, b) => a - b);
  const widthAt = (at: number): number => {
    const here = lanes.map(({ marks }) => marks.filter((mark) => mark.at === at));
    const most = Math.max(...here.map((marks) => marks.filter(({ sign }) => /\w/.test(sign)).length));
    return here.every((marks) => marks.every(({ sign }) => sign === '...')) && at > 0 ? 0 : Math.max(most, 1) * marble;
  };
  const waits = times.slice(1).map((at, index) => at - times[index]!);
  const scale = shortest / Math.min(...waits, Infinity);
  const columns: Column[] = [];
  const gaps: Gap[] = [];
  let row = 0;
  let end = left;
  times.forEach((at, index) => {
    const width = widthAt(at);
    const ms = waits[index - 1] ?? 0;
    const scaled = index === 0 ? 0 : Math.min(longest, Math.max(shortest, ms * scale));
    // The time of `until` has no marbles, and so needs no row of its own.
    const gap = width === 0 ? Math.min(scaled, right - end) : scaled;
    const broken = ms * scale > longest;
    if (index > 0 && end + gap + width > right) {
      gaps.push({ ms, row, from: end, to: right, broken });
      row += 1;
      end = left;
    } else if (index > 0) {
      gaps.push({ ms, row, from: end, to: end + gap, broken });
      end += gap;
    }
    columns.push({ at, row, x: end, width });
    end += width;
  });
  return { columns, gaps, rows: row + 1, columnAt: (at) => columns.find((column) => column.at === at)! };
}
