import { isDeepStrictEqual } from 'node:util';
import type { Observable, SchedulerLike, Subscription } from 'rxjs';
import type { ChildEvent } from '../model/childEvent.js';
import { RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';
import { readDiagram } from './diagram.js';
import { type DescribedMark, difference, failure } from './failure.js';
import { describeMark, legend, type LegendEntry, letterOf } from './legend.js';

/** Some fields of an event, with the values they are to have. */
export type EventPattern = PatternOf<ChildEvent>;
type PatternOf<E> = E extends ChildEvent ? Partial<E> : never;

/** A diagram, to be held against what comes. */
export interface ExpectedEvents {
  /** When to look no further, in ms: where `...` stands. `Infinity` without. */
  readonly until: number;
  /** @throws AssertionError for people to read */
  readonly compare: (
    told: readonly Observed<ChildEvent>[],
    hint: string | undefined,
    stack: string | undefined,
  ) => void;
}

interface ReceivedEvent extends DescribedMark {
  readonly event: ChildEvent | undefined;
}

/** @throws RxvisorError with code `ERR_OPTION` for a letter that stands for nothing */
export function expectedEvents(marbles: string, values: Readonly<Record<string, EventPattern>>): ExpectedEvents {
  const { marks, end, open } = readDiagram('toBe', marbles);
  const until = open ? end : Infinity;
  const own = [...new Set(marks.map(({ sign }) => sign))].filter((sign) => entryOf(sign) === undefined);
  const expected = marks.map((mark): DescribedMark => ({ ...mark, means: meaningOf(mark.sign, values) }));

  return {
    until,
    compare: (notifications, hint, stack) => {
      const actual = notifications
        .filter(({ frame }) => frame < until)
        .map((one, index) => cameAs(one, expected[index]));
      const found = difference(expected, actual, ({ sign }, { event }) => mismatch(values[sign], event));
      if (found !== undefined) {
        const subject = 'The lifecycle';
        throw failure({ subject, difference: found, expected, actual, open, hint, stack });
      }
    },
  };

  function cameAs(told: Observed<ChildEvent>, wanted: DescribedMark | undefined): ReceivedEvent {
    const { frame } = told;
    if (told.type === 'complete') return { frame, sign: '|', means: 'the end', event: undefined };
    if (told.type === 'error') return { frame, sign: '#', means: `the error ${String(told.error)}`, event: undefined };
    const event = told.value;
    const isIt = (sign: string): boolean =>
      values[sign] !== undefined && own.includes(sign) && mismatch(values[sign], event) === undefined;
    const sign = wanted !== undefined && isIt(wanted.sign) ? wanted.sign : (own.find(isIt) ?? letterOf(event));
    return { frame, sign, means: describeMark(sign, event), event };
  }
}

/** Every field that is not as it is to be: `delay is 500, not 100`. */
function mismatch(pattern: EventPattern | undefined, event: ChildEvent | undefined): string | undefined {
  if (pattern === undefined || event === undefined) return undefined;
  const wrong = Object.entries(pattern).flatMap(([field, wanted]): string[] => {
    const came: unknown = Reflect.get(event, field);
    return isDeepStrictEqual(came, wanted) ? [] : [`${field} is ${show(came)}, not ${show(wanted)}`];
  });
  return wrong.length === 0 ? undefined : wrong.join(', ');
}

function entryOf(sign: string): LegendEntry | undefined {
  const entries: Readonly<Record<string, LegendEntry>> = legend;
  return Object.hasOwn(entries, sign) ? entries[sign] : undefined;
}

function meaningOf(sign: string, values: Readonly<Record<string, EventPattern>>): string {
  if (sign === '|') return 'the end';
  if (sign === '#') return 'an error';
  const entry = entryOf(sign);
  if (entry !== undefined) return `${sign} ${entry.means}`;
  if (Object.hasOwn(values, sign)) return `${sign} ${show(values[sign])}`;
  const letters = Object.entries(legend).map(([letter, { means }]) => `${letter} ${means}`);
  throw new RxvisorError(
    'ERR_OPTION',
    `toBe: '${sign}' stands for no event. Say which: toBe(marbles, { ${sign}: { type: 'backingOff', delay: 500 } }), ` +
      `or take one of these: ${letters.join(', ')}.`,
  );
}

/** What came of a stream, in ms from when the watch was set up. */
export type Observed<T> = { readonly frame: number } & (
  | { readonly type: 'next'; readonly value: T }
  | { readonly type: 'error'; readonly error: unknown }
  | { readonly type: 'complete' }
);

export interface Observation<T> {
  readonly notifications: readonly Observed<T>[];
  readonly closed: () => boolean;
}

/** Subscribes, and unsubscribes, at a time in ms from now, and keeps what comes. */
export function observe<T>(
  source$: Observable<T>,
  scheduler: SchedulerLike,
  { from, until }: { readonly from: number; readonly until: number },
): Observation<T> {
  const start = scheduler.now();
  const notifications: Observed<T>[] = [];
  let subscription: Subscription | undefined;
  const frame = (): number => scheduler.now() - start;
  scheduler.schedule(() => {
    subscription = source$.subscribe({
      next: (value) => void notifications.push({ frame: frame(), type: 'next', value }),
      error: (error: unknown) => void notifications.push({ frame: frame(), type: 'error', error }),
      complete: () => void notifications.push({ frame: frame(), type: 'complete' }),
    });
  }, from);
  if (until !== Infinity) {
    scheduler.schedule(() => {
      subscription?.unsubscribe();
    }, until);
  }
  return { notifications, closed: () => subscription?.closed ?? false };
}
