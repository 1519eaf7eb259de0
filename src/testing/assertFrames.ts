import { inspect, isDeepStrictEqual } from 'node:util';
import { type DescribedMark, difference, failure } from './failure.js';
import { describeMark, isChildEvent, letterOf } from './legend.js';

/**
 * The assertion of `expectObservable` and `expectSubscriptions`. Its message shows a difference as marbles, not as frames.
 *
 * @throws AssertionError
 */
export function assertFrames(actual: unknown, expected: unknown): void {
  const actualFrames = Array.isArray(actual) ? actual.map(asFields) : [];
  const expectedFrames = Array.isArray(expected) ? expected.map(asFields) : [];
  if ([...actualFrames, ...expectedFrames].some((fields) => 'subscribedFrame' in fields)) {
    assertSubscriptions(actualFrames, expectedFrames);
  } else assertMessages(actualFrames, expectedFrames);
}

type Fields = Readonly<Record<string, unknown>>;

interface ValueMark extends DescribedMark {
  readonly value: unknown;
}

function assertMessages(actualFrames: readonly Fields[], expectedFrames: readonly Fields[]): void {
  const values = [...expectedFrames, ...actualFrames].map((message) => asFields(message.notification).value);
  const signOf = signsFor(values);
  const expected = expectedFrames.map((message) => markOf(message, signOf));
  const actual = actualFrames.map((message) => markOf(message, signOf));
  const found = difference(expected, actual, (one, other) =>
    isDeepStrictEqual(one.value, other.value) ? undefined : `${short(other.value)}, not ${short(one.value)}`,
  );
  if (found !== undefined) {
    throw failure({ subject: 'The stream', difference: found, expected, actual, open: false });
  }
}

function markOf(message: Fields, signOf: (value: unknown) => string): ValueMark {
  const { kind, value, error } = asFields(message.notification);
  const frame = Number(message.frame);
  if (kind === 'C') return { frame, sign: '|', means: 'the end', value: undefined };
  if (kind === 'E') return { frame, sign: '#', means: `the error ${short(error)}`, value: error };
  const sign = signOf(value);
  return { frame, sign, means: meaningOf(sign, value), value };
}

function meaningOf(sign: string, value: unknown): string {
  if (isChildEvent(value)) return describeMark(sign, value);
  return value === sign ? sign : `${sign} = ${short(value)}`;
}

/** Chooses a letter for each value: the value itself, its letter in the legend, or a free letter. */
function signsFor(values: readonly unknown[]): (value: unknown) => string {
  const own = (value: unknown): string | undefined => {
    if (typeof value === 'string' && [...value].length === 1) return value;
    return isChildEvent(value) ? letterOf(value) : undefined;
  };
  const taken = new Set(values.map(own));
  const free = Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ').filter(
    (letter) => !taken.has(letter),
  );
  const named: unknown[] = [];
  return (value) => {
    const sign = own(value);
    if (sign !== undefined) return sign;
    let index = named.findIndex((other) => isDeepStrictEqual(other, value));
    if (index < 0) index = named.push(value) - 1;
    return free[index] ?? '?';
  };
}

function assertSubscriptions(actualLogs: readonly Fields[], expectedLogs: readonly Fields[]): void {
  const count = Math.max(actualLogs.length, expectedLogs.length);
  for (let index = 0; index < count; index += 1) {
    const expected = marksOf(expectedLogs[index]);
    const actual = marksOf(actualLogs[index]);
    const found = difference(expected, actual, () => undefined);
    if (found !== undefined) {
      const subject = `Subscription ${String(index + 1)} of ${String(count)}`;
      throw failure({ subject, difference: found, expected, actual, open: false });
    }
  }
}

function marksOf(log: Fields = {}): readonly DescribedMark[] {
  return [
    { frame: Number(log.subscribedFrame ?? Infinity), sign: '^', means: '^ a subscription' },
    { frame: Number(log.unsubscribedFrame ?? Infinity), sign: '!', means: '! its end' },
  ].filter(({ frame }) => frame !== Infinity);
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function short(value: unknown): string {
  return inspect(value, { breakLength: Infinity, depth: 3, maxStringLength: 60 });
}
