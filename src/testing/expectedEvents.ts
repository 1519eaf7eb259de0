import { isDeepStrictEqual } from 'node:util';
import type { Observable, SchedulerLike, Subscription } from 'rxjs';
import type { ChildEvent } from '../model/childEvent.js';
import { RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';
import { readDiagram } from './diagram.js';
import { type DescribedMark, difference, failure } from './failure.js';
import { describeMark, legend, type LegendEntry, letterOf } from './legend.js';

/** Some fields of an event, with their expected values. */
export type EventPattern = PatternOf<ChildEvent>;

type PatternOf<E> = E extends ChildEvent ? Partial<E> : never;

/** The expectation of `expectLifecycle`. */
export interface ExpectedEvents {
  /** The time of `...` in ms: later events are ignored. `Infinity` without `...`. */
  readonly until: number;
  /** @throws AssertionError if the notifications differ from the diagram */
  readonly compare: (
    notifications: readonly Observed<ChildEvent>[],
    hint: string | undefined,
    stack: string | undefined,
  ) => void;
}

/** A notification of a stream. `frame` is its time in ms since `observe` was called. */
export type Observed<T> = { readonly frame: number } & (
  | { readonly type: 'next'; readonly value: T }
  | { readonly type: 'error'; readonly error: unknown }
  | { readonly type: 'complete' }
);

/** What `observe` has recorded so far. */
export interface Observation<T> {
  readonly notifications: readonly Observed<T>[];
  readonly closed: () => boolean;
}

interface ReceivedEvent extends DescribedMark {
  readonly event: ChildEvent | undefined;
}

/** Reads a diagram of expected events. @throws RxvisorError with code `ERR_OPTION` for an unknown letter */
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
        .map((notification, index) => markOf(notification, expected[index]));
      const found = difference(expected, actual, ({ sign }, { event }) => mismatch(values[sign], event));
      if (found !== undefined) {
        const subject = 'The lifecycle';
        throw failure({ subject, difference: found, expected, actual, open, hint, stack });
      }
    },
  };

  function markOf(received: Observed<ChildEvent>, expectedMark: DescribedMark | undefined): ReceivedEvent {
    const { frame } = received;
    if (received.type === 'complete') return { frame, sign: '|', means: 'the end', event: undefined };
    if (received.type === 'error') {
      return { frame, sign: '#', means: `the error ${String(received.error)}`, event: undefined };
    }
    const event = received.value;
    const fits = (sign: string): boolean =>
      values[sign] !== undefined && own.includes(sign) && mismatch(values[sign], event) === undefined;
    const sign =
      expectedMark !== undefined && fits(expectedMark.sign) ? expectedMark.sign : (own.find(fits) ?? letterOf(event));
    return { frame, sign, means: describeMark(sign, event), event };
  }
}

/** Records the notifications of a stream. Subscribes at `from` and unsubscribes at `until`, in ms from now. */
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

/** The fields that differ: `delay is 500, not 100`. */
function mismatch(pattern: EventPattern | undefined, event: ChildEvent | undefined): string | undefined {
  if (pattern === undefined || event === undefined) return undefined;
  const wrong = Object.entries(pattern).flatMap(([field, expected]): string[] => {
    const actual: unknown = Reflect.get(event, field);
    return isDeepStrictEqual(actual, expected) ? [] : [`${field} is ${show(actual)}, not ${show(expected)}`];
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
    `toBe: '${sign}' is not a letter of the legend. Define it: toBe(marbles, { ${sign}: { type: 'backingOff', delay: 500 } }). ` +
      `Or use one of: ${letters.join(', ')}.`,
  );
}
