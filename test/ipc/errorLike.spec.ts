import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromErrorLike, toErrorLike } from '../../src/ipc/errorLike.js';

type Sent = Error & Record<string, unknown>;
const sent = (thrown: unknown): Sent => fromErrorLike(JSON.parse(JSON.stringify(toErrorLike(thrown)))) as Sent;

it.each(['AbortError', 'TimeoutError', 'DataCloneError'])('carries a DOMException: %s', (name) => {
  const before = new DOMException('too late', name);
  const error = sent(before);
  expect(error).toBeInstanceOf(DOMException);
  expect([error.name, error.message, error.code, error.stack]).toEqual([name, 'too late', before.code, before.stack]);
});

it('carries the class, the cause, the errors of an aggregate, and fields', () => {
  const inner = Object.assign(new RangeError('one', { cause: { code: 5 } }), {
    status: 410,
    in: new SyntaxError('two'),
  });
  const before = Object.assign(new AggregateError([inner, 'text', null], 'many', { cause: undefined }), { code: 'E' });
  const error = sent(before);
  expect(error).toBeInstanceOf(AggregateError);
  expect([error.message, error.code, Object.hasOwn(error, 'cause')]).toEqual(['many', 'E', false]);
  const [first, ...rest] = error.errors as [Sent, ...unknown[]];
  expect([first, first.cause, first.status, first.in]).toEqual([
    expect.any(RangeError),
    { code: 5 },
    410,
    expect.any(SyntaxError),
  ]);
  expect(rest).toEqual(['text', null]);
  expect(Object.keys(first)).toEqual(['status', 'in']);
});

it('carries circles, and chains of causes as far as 30', () => {
  const error = Object.assign(new Error('round'), { list: [] as unknown[] });
  error.cause = new Error('inner', { cause: error });
  const arrived = sent(error);
  expect((arrived.cause as Error).cause).toBe(arrived);
  let chain = new Error('0');
  for (let n = 1; n < 10_000; n += 1) chain = new Error(String(n), { cause: chain });
  let depth = 0;
  for (let at: unknown = sent(chain); at instanceof Error; at = at.cause) depth += 1;
  expect(depth).toBeGreaterThanOrEqual(30);
});

it('leaves out what JSON cannot carry, and what throws when it is read', () => {
  const round: { self?: unknown } = {};
  round.self = round;
  const error = Object.assign(new Error('yikes'), {
    round,
    retry: () => 1,
    big: 1n,
    nested: { big: 1n },
    at: new Date(0),
  });
  for (const [key, enumerable] of [
    ['bad', true],
    ['stack', false],
    ['cause', false],
  ] as const) {
    Object.defineProperty(error, key, {
      enumerable,
      get: () => {
        throw new Error('getter');
      },
    });
  }
  const arrived = sent(error);
  expect([arrived.name, arrived.message, arrived.at]).toEqual(['Error', 'yikes', new Date(0).toJSON()]);
  expect(Object.keys(arrived)).toEqual(['at']);
});

it('makes an error of whatever arrives', () => {
  fc.assert(
    fc.property(fc.anything(), (thrown) => {
      expect(sent(thrown)).toBeInstanceOf(Error);
    }),
  );
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom('name', 'message', 'type', 'code', 'cause', 'errors', 'fields', 'stack'),
        fc.jsonValue(),
      ),
      (value, like) => {
        expect(fromErrorLike(value)).toBeInstanceOf(Error);
        expect(fromErrorLike(like)).toBeInstanceOf(Error);
        expect(fromErrorLike({ name: 'x', message: 'y', ...like })).toBeInstanceOf(Error);
      },
    ),
  );
});
