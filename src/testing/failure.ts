import { AssertionError } from 'node:assert';
import { formatTime, type Mark, writeDiagram } from './diagram.js';

/** What came and what should have come, and where they part. */
export interface Failure {
  readonly subject: string;
  readonly difference: Difference;
  readonly expected: readonly DescribedMark[];
  readonly actual: readonly DescribedMark[];
  readonly open: boolean;
  readonly hint?: string | undefined;
  /** The stack from where the expectation was written. */
  readonly stack?: string | undefined;
}

/** So many marks make a diagram that nobody reads. */
const MOST_DRAWN = 100;
const MORE = 8;
const UNWRITABLE =
  'No diagram can say what came: something follows a group sooner than that is long, (sr) for one is 4 ms. ' +
  'Let the child do it later, s--- o, or compare the timeline().';

/** A failed expectation, as people read marbles. */
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
      : [diagram === undefined ? UNWRITABLE : `What came, as a diagram:\n\n  '${diagram}'`]),
    ...(hint === undefined ? [] : [hint]),
  ].join('\n\n');
  const error = new AssertionError({
    message,
    actual: diagram,
    expected: written(expected, difference.frame, open),
    operator: 'toBe',
  });
  // Where it was written is of more use than where it was found out.
  if (stack !== undefined) error.stack = `${error.name}: ${message}\n${stack}`;
  return error;
}

/** All of it; of a stream that went on and on what led to the difference, and a little more. */
function written(marks: readonly Mark[], focus: number, open: boolean): string | undefined {
  const upTo = marks.filter(({ frame }) => frame <= focus).length + MORE;
  const some = marks.length > MOST_DRAWN ? marks.slice(0, upTo) : marks;
  if (some.length === 0 || some.length > MOST_DRAWN) return undefined;
  return writeDiagram({ marks: some, open: open || some.length < marks.length });
}

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
function drawTracks(tracks: readonly Track[], focus: number): string {
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

/** A mark, and in words what it stands for: `x exited, code 1`. */
export interface DescribedMark extends Mark {
  readonly means: string;
}

/** The first frame in which two lines differ, and how. */
export interface Difference {
  readonly frame: number;
  readonly text: string;
}

/** How many marks of one frame are told. */
const MOST_IN_FRAME = 8;

/** Undefined: they are the same. `why` says how two marks of one sign differ all the same, if they do. */
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

  function differing(frame: number, expectedMark: readonly E[], came: readonly A[]): string | undefined {
    if (signs(expectedMark) === signs(came)) {
      const reasons = expectedMark.flatMap((mark, index) => {
        const other = came[index];
        const reason = other === undefined ? undefined : why(mark, other);
        return reason === undefined ? [] : [`${mark.sign} differs: ${reason}`];
      });
      return reasons.length === 0 ? undefined : reasons.slice(0, MOST_IN_FRAME).join('; ');
    }
    if (came.length === 0) {
      const late = next(frame, expectedMark, actual, expected);
      return `expected ${listMarks(expectedMark)}; ${late === undefined ? 'nothing came' : `it came ${formatTime(late)} late`}`;
    }
    if (expectedMark.length === 0) {
      const early = next(frame, came, expected, actual);
      return early === undefined
        ? `expected nothing; ${listMarks(came)} came`
        : `${listMarks(came)} came ${formatTime(early)} early`;
    }
    return `expected ${listMarks(expectedMark)}; ${listMarks(came)} came${sorted(expectedMark) === sorted(came) ? ', in another order' : ''}`;
  }
}

/** How much later the same stands on the other line, if that is what comes next there, and on this line does not. */
function next(
  frame: number,
  marks: readonly DescribedMark[],
  there: readonly DescribedMark[],
  here: readonly DescribedMark[],
): number | undefined {
  const later = there.find((mark) => mark.frame > frame)?.frame;
  if (later === undefined || at(later, here).length > 0) return undefined;
  return signs(at(later, there)) === signs(marks) ? later - frame : undefined;
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
  const some = marks.slice(0, MOST_IN_FRAME).map(({ means }) => means);
  return [...some, ...(marks.length > MOST_IN_FRAME ? [`and ${String(marks.length - MOST_IN_FRAME)} more`] : [])].join(
    ', ',
  );
}
