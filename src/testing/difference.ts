import { formatTime } from './formatTime.js';
import type { Mark } from './readDiagram.js';

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
const MANY = 8;

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
      return reasons.length === 0 ? undefined : reasons.slice(0, MANY).join('; ');
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
  const some = marks.slice(0, MANY).map(({ means }) => means);
  return [...some, ...(marks.length > MANY ? [`and ${String(marks.length - MANY)} more`] : [])].join(', ');
}
