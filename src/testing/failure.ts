import { AssertionError } from 'node:assert';
import { formatTime, type Mark, writeDiagram } from './diagram.js';

/** A failed expectation. */
export interface Failure {
  /** The start of the message: `The lifecycle`. */
  readonly subject: string;
  readonly difference: Difference;
  readonly expected: readonly DescribedMark[];
  readonly actual: readonly DescribedMark[];
  readonly open: boolean;
  readonly hint?: string | undefined;
  /** The stack from where the expectation was written. */
  readonly stack?: string | undefined;
}

/** A mark with its meaning: `x exited, code 1`. */
export interface DescribedMark extends Mark {
  readonly means: string;
}

/** The first frame in which two lines differ, and a text that says how. */
export interface Difference {
  readonly frame: number;
  readonly text: string;
}

/** A marble line in the message. */
export interface Track {
  readonly label: string;
  readonly marks: readonly Mark[];
  /** Ends in `...`. */
  readonly open: boolean;
}

/** Makes the error of a failed expectation. Its message shows the expected and the actual marbles. */
export function failure({ subject, difference, expected, actual, open, hint, stack }: Failure): AssertionError {
  const diagram = written(actual, difference.frame, open);
  const message = [
    `${subject} differs at ${formatTime(difference.frame)}: ${difference.text}`,
    drawTracks(
      [
        { label: 'expected', marks: expected, open },
        { label: 'actual', marks: actual, open },
      ],
      difference.frame,
    ),
    ...(actual.length === 0 || hint !== undefined
      ? []
      : [diagram === undefined ? UNWRITABLE : `The actual events as a diagram:\n\n  '${diagram}'`]),
    ...(hint === undefined ? [] : [hint]),
  ].join('\n\n');
  const error = new AssertionError({
    message,
    actual: diagram,
    expected: written(expected, difference.frame, open),
    operator: 'toBe',
  });
  // The line of the expectation is more useful than the line that compares.
  if (stack !== undefined) error.stack = `${error.name}: ${message}\n${stack}`;
  return error;
}

/**
 * Finds the first difference of two lines. Undefined: they are equal.
 *
 * @param why says how two marks with the same sign differ. Undefined: they do not
 */
export function difference<E extends DescribedMark, A extends DescribedMark>(
  expected: readonly E[],
  actual: readonly A[],
  why: (expected: E, actual: A) => string | undefined,
): Difference | undefined {
  const frames = [...new Set([...expected, ...actual].map(({ frame }) => frame))].sort((a, b) => a - b);
  for (const frame of frames) {
    const text = differing(frame, at(frame, expected), at(frame, actual));
    if (text !== undefined) return { frame, text };
  }
  return undefined;

  function differing(frame: number, expectedMarks: readonly E[], actualMarks: readonly A[]): string | undefined {
    if (signs(expectedMarks) === signs(actualMarks)) {
      const reasons = expectedMarks.flatMap((mark, index) => {
        const other = actualMarks[index];
        const reason = other === undefined ? undefined : why(mark, other);
        return reason === undefined ? [] : [`${mark.sign} differs: ${reason}`];
      });
      return reasons.length === 0 ? undefined : reasons.slice(0, MAX_LISTED).join('; ');
    }
    if (actualMarks.length === 0) {
      const late = timeUntilSame(frame, expectedMarks, actual, expected);
      return `expected ${listMarks(expectedMarks)}; ${late === undefined ? 'nothing came' : `it came ${formatTime(late)} late`}`;
    }
    if (expectedMarks.length === 0) {
      const early = timeUntilSame(frame, actualMarks, expected, actual);
      return early === undefined
        ? `expected nothing; ${listMarks(actualMarks)} came`
        : `${listMarks(actualMarks)} came ${formatTime(early)} early`;
    }
    const order = sorted(expectedMarks) === sorted(actualMarks) ? ', in another order' : '';
    return `expected ${listMarks(expectedMarks)}; ${listMarks(actualMarks)} came${order}`;
  }
}

/** The maximum number of marks in a written diagram. */
const MAX_MARKS = 100;

/** If there are more, this many marks after the difference are written. */
const MARKS_AFTER = 8;

const UNWRITABLE =
  'The actual events cannot be written as a diagram: an event follows a group too early; (sr) takes 4 ms, for example. ' +
  'Let the child act later, s--- o, or compare the timeline().';

/** The diagram of the marks; for many marks, only those up to the difference and a few more. */
function written(marks: readonly Mark[], focus: number, open: boolean): string | undefined {
  const upTo = marks.filter(({ frame }) => frame <= focus).length + MARKS_AFTER;
  const some = marks.length > MAX_MARKS ? marks.slice(0, upTo) : marks;
  if (some.length === 0 || some.length > MAX_MARKS) return undefined;
  return writeDiagram({ marks: some, open: open || some.length < marks.length });
}

/** How many columns are drawn up to the difference, and after it. */
const COLUMNS_BEFORE = 6;

const COLUMNS_AFTER = 3;

/** How many signs of one frame are drawn. */
const MAX_SIGNS = 24;

/**
 * Draws marble lines under a time axis. Each frame has one column. The axis is not to scale.
 *
 * @param focus the frame to point at
 */
function drawTracks(tracks: readonly Track[], focus: number): string {
  const frames = [...new Set(tracks.flatMap(({ marks }) => marks.map(({ frame }) => frame)))].sort((a, b) => a - b);
  const at = frames.indexOf(focus);
  const from = at <= COLUMNS_BEFORE ? 0 : at - COLUMNS_BEFORE + 1;
  const shown = frames.slice(from, at + COLUMNS_AFTER + 1);
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
  const signs = marks.slice(0, MAX_SIGNS).map(({ sign }) => sign);
  if (marks.length > MAX_SIGNS) signs.push('…');
  return marks.length > 1 ? `(${signs.join('')})` : signs.join('');
}

/** How many marks of one frame are listed in the text. */
const MAX_LISTED = 8;

/** The ms until the other line has the same marks: only if they are its next marks, and this line has none in that frame. */
function timeUntilSame(
  frame: number,
  marks: readonly DescribedMark[],
  otherLine: readonly DescribedMark[],
  thisLine: readonly DescribedMark[],
): number | undefined {
  const later = otherLine.find((mark) => mark.frame > frame)?.frame;
  if (later === undefined || at(later, thisLine).length > 0) return undefined;
  return signs(at(later, otherLine)) === signs(marks) ? later - frame : undefined;
}

function at<M extends Mark>(frame: number, marks: readonly M[]): readonly M[] {
  return marks.filter((mark) => mark.frame === frame);
}

function signs(marks: readonly Mark[]): string {
  return marks.map(({ sign }) => sign).join('');
}

function sorted(marks: readonly Mark[]): string {
  return [...signs(marks)].sort().join('');
}

function listMarks(marks: readonly DescribedMark[]): string {
  const listed = marks.slice(0, MAX_LISTED).map(({ means }) => means);
  const more = marks.length - MAX_LISTED;
  return [...listed, ...(more > 0 ? [`and ${String(more)} more`] : [])].join(', ');
}
