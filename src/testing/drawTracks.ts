import { formatTime } from './formatTime.js';
import type { Mark } from './readDiagram.js';

export interface Track {
  readonly label: string;
  readonly marks: readonly Mark[];
  /** Ends in `...`. */
  readonly open: boolean;
}

/** How many columns are drawn before the one that is pointed at, and after it. */
const BEFORE = 6;
const AFTER = 3;
/** How many signs of one frame are drawn. */
const WIDEST = 24;

/**
 * Marble lines under a ruler, aligned: what happens in one frame stands in one column. The axis is not to scale.
 *
 * @param focus the frame to point at
 */
export function drawTracks(tracks: readonly Track[], focus: number): string {
  const frames = [...new Set(tracks.flatMap(({ marks }) => marks.map(({ frame }) => frame)))].sort((a, b) => a - b);
  const at = frames.indexOf(focus);
  const from = at <= BEFORE ? 0 : at - BEFORE + 1;
  const shown = frames.slice(from, at + AFTER + 1);
  const lead = from > 0 ? '… ' : '';
  const isCut = frames.length > from + shown.length;
  const columns = shown.map((frame) => {
    const cells = tracks.map(({ marks }) => cellOf(marks.filter((mark) => mark.frame === frame)));
    return { frame, cells, width: Math.max(formatTime(frame).length, ...cells.map(({ length }) => length)) + 2 };
  });
  const labels = Math.max(...['time', ...tracks.map(({ label }) => label)].map(({ length }) => length)) + 2;
  const line = (label: string, text: string): string => `  ${label.padEnd(labels)}${text}`.trimEnd();

  const ruler = columns.map(({ frame, width }) => formatTime(frame).padEnd(width)).join('');
  const rows = tracks.map(({ label, marks, open }, index) => {
    const end = marks.find(({ sign }) => ['|', '#', '!'].includes(sign))?.frame ?? Infinity;
    const cells = columns.map(({ frame, cells, width }) =>
      (cells[index] ?? '').padEnd(width, frame >= end ? ' ' : '-'),
    );
    return line(label, `${lead}${cells.join('')}${isCut ? '…' : open ? '...' : ''}`);
  });
  const offset = columns.slice(0, shown.indexOf(focus)).reduce((sum, { width }) => sum + width, 0);
  const blank = ' '.repeat(lead.length);
  return [line('time', `${blank}${ruler}`), ...rows, line('', `${blank}${' '.repeat(offset)}^`)].join('\n');
}

function cellOf(marks: readonly Mark[]): string {
  const signs = marks.slice(0, WIDEST).map(({ sign }) => sign);
  if (marks.length > WIDEST) signs.push('…');
  return marks.length > 1 ? `(${signs.join('')})` : signs.join('');
}
