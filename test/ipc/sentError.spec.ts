import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encode } from '../../src/ipc/encode.js';
import { encodeError } from '../../src/ipc/sentError.js';
import { carried } from './carried.js';

const LIMIT = 2 ** 31;
const sent = (thrown: unknown): unknown => carried(encodeError(thrown, LIMIT));
const sentOne = (thrown: unknown): Error & Record<string, unknown> => sent(thrown) as Error & Record<string, unknown>;

it('keeps the name, the message, the stack, the code and the fields', () => {
  class OwnError extends Error {
    override name = 'OwnError';
    code = 'ERR_OWN';
    details = { at: new Date(0) };
  }
  const error = new OwnError('bad');
  const { name, message, stack, code, details } = sent(error) as OwnError;
  expect({ name, message, stack, code, details }).toEqual({
    name: 'OwnError',
    message: 'bad',
    stack: error.stack,
    code: 'ERR_OWN',
    details: { at: new Date(0) },
  });
});

it('drops the fields that cannot be sent, and keeps what is no error', () => {
  const error = Object.assign(new Error('bad'), { code: 'EIO', retry: () => 1 });
  expect(sent(error)).toMatchObject({ message: 'bad', code: 'EIO' });
  expect(sent(error)).not.toHaveProperty('retry');
  expect([sent('text'), sent(undefined), sent(null), sent(42), sent(() => 1)]).toEqual([
    'text',
    undefined,
    null,
    42,
    '() => 1',
  ]);
});

it.each(['AbortError', 'TimeoutError', 'DataCloneError'])('keeps a DOMException: %s', (name) => {
  const before = new DOMException('too late', name);
  const error = sentOne(before);
  expect(error).toBeInstanceOf(DOMException);
  expect([error.name, error.message, error.code, error.stack]).toEqual([name, 'too late', before.code, before.stack]);
});

it('keeps the class, the cause and the errors of an aggregate, each with its fields', () => {
  const inner = Object.assign(new RangeError('one', { cause: new DOMException('no', 'AbortError') }), { status: 410 });
  const error = sentOne(new AggregateError([inner, 'two', inner], 'many', { cause: { code: 5 } }));
  expect(error).toBeInstanceOf(AggregateError);
  const [first, second, third] = error.errors as [RangeError & { status: number }, string, unknown];
  expect(first).toBeInstanceOf(RangeError);
  expect(first.cause).toBeInstanceOf(DOMException);
  expect([first.message, first.status, second, third]).toEqual(['one', 410, 'two', first]);
  expect([error.cause, Object.keys(error)]).toEqual([{ code: 5 }, []]);
});

it('keeps circles: a cause, a field, an entry of an aggregate that is the error itself', () => {
  const error = new AggregateError([], 'round');
  Object.assign(error, { cause: error, self: { in: [new Map([['error', error]])] } });
  error.errors.push(error);
  const arrived = sentOne(error);
  expect([arrived.cause, (arrived.errors as unknown[])[0]]).toEqual([arrived, arrived]);
  expect((arrived.self as { in: Map<string, unknown>[] }).in[0]?.get('error')).toBe(arrived);
});

it('carries a chain of 5,000 causes', () => {
  let error = new Error('0');
  for (let n = 1; n < 5_000; n += 1) error = new Error(String(n), { cause: error });
  let depth = 0;
  for (let at = sent(error); at instanceof Error; at = at.cause) depth += 1;
  expect(depth).toBe(5_000);
});

it('carries what throws when it is read without that', () => {
  const error = Object.assign(new Error('yikes'), { code: 'E' });
  const bad = (key: string, enumerable: boolean): void =>
    void Object.defineProperty(error, key, {
      enumerable,
      get: () => {
        throw new Error('getter');
      },
    });
  bad('field', true);
  bad('cause', false);
  expect(sent(error)).toMatchObject({ message: 'yikes', code: 'E' });
  bad('name', false);
  bad('stack', false);
  bad('message', false);
  expect(sent(error)).toMatchObject({ name: 'Error', message: '', code: 'E' });
});

it.each<[string, () => unknown, unknown]>([
  ['without a prototype', () => Object.setPrototypeOf(new Error('odd'), null) as unknown, { message: 'odd' }],
  [
    'of another realm',
    () => runInNewContext('Object.assign(new TypeError("far"), { code: 1 })') as unknown,
    { code: 1 },
  ],
  ['frozen', () => Object.freeze(new Error('cold')), { message: 'cold' }],
  [
    'with a name and a message of other types',
    () => Object.assign(new Error(), { name: 5, message: {} }),
    { name: '5' },
  ],
  [
    'made by hand',
    () => Object.assign(Object.create(Error.prototype) as object, { message: 'old', code: 7 }),
    { code: 7 },
  ],
  [
    'that holds a worker of its own realm',
    () => Object.assign(new Error('w'), { w: new WeakMap(), n: 10n }),
    { n: 10n },
  ],
])('carries an error %s', (_what, make, expected) => {
  const arrived = sent(make());
  expect(arrived).toBeInstanceOf(Error);
  expect(arrived).toMatchObject(expected as object);
});

it('carries the fields of an object that was thrown, and text where there are none', () => {
  expect(sent({ code: 7, undo: () => 1 })).toEqual({ code: 7 });
  const bare: unknown = Object.assign(Object.create(null) as object, { undo: () => 1 });
  expect(sent(bare)).toContain('undo');
  expect(sent(Symbol('s'))).toBe('Symbol(s)');
});

it('keeps errors wherever they are in a value', () => {
  const error = Object.assign(new TypeError('no'), { code: 'E', cause: 0 });
  const value = {
    results: [{ status: 'rejected', reason: error }],
    again: error,
    map: new Map([[error, new Set([error])]]),
  };
  const arrived = carried(encode(value)) as typeof value;
  expect(arrived.again).toBeInstanceOf(TypeError);
  expect(arrived.again.code).toBe('E');
  expect(arrived.results[0]?.reason).toBe(arrived.again);
  expect([...(arrived.map.get(arrived.again) ?? [])]).toEqual([arrived.again]);
});

it('replaces what is larger than a frame, in bytes, by an error that says so', () => {
  const arrived = carried(
    encodeError(Object.assign(new Error('begin'), { data: '界'.repeat(600_000) }), 2 ** 20),
    2 ** 20,
  );
  expect(arrived).toMatchObject({ code: 'ERR_TOO_LARGE', message: expect.stringContaining('Error: begin') as string });
});

// Object.assign sets a prototype by that key; with a function for one, the name is read-only.
const key = fc.string().filter((name) => name !== '__proto__');
const field = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.constantFrom<unknown>(undefined, null, -0, NaN, 1n, Symbol('s'), () => 1, new Date(0), new WeakSet()),
    fc.array(tie('value')),
    tie('error'),
    fc.dictionary(key, tie('value')),
  ),
  error: fc
    .tuple(fc.string(), fc.constantFrom('Error', 'AbortError', 'Own'), fc.dictionary(key, tie('value')))
    .map(([message, name, fields]) => Object.assign(new Error(message), fields, { name, message })),
})).error;

it('carries any error, with its name and its message', () => {
  fc.assert(
    fc.property(field, ({ name, message }) => {
      const error = Object.assign(new Error(message), { name });
      const arrived = sentOne(error);
      expect([arrived.name, arrived.message]).toEqual([name, message]);
    }),
  );
  fc.assert(
    fc.property(field, (error) => {
      const arrived = sentOne(error);
      expect([arrived.name, arrived.message]).toEqual([error.name, error.message]);
    }),
  );
});
