import { AssertionError } from 'node:assert';
import type { Difference, DescribedMark } from './difference.js';
import { drawTracks } from './drawTracks.js';
import { formatTime } from './formatTime.js';
import type { Mark } from './readDiagram.js';
import { writeDiagram } from './writeDiagram.js';

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
const MANY = 100;
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
  const some = marks.length > MANY ? marks.slice(0, upTo) : marks;
  if (some.length === 0 || some.length > MANY) return undefined;
  return writeDiagram({ marks: some, open: open || some.length < marks.length });
}
