import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { show } from '../../src/model/show.js';

const throwing = (): never => {
  throw new Error('no');
};
const circular: Record<string, unknown> = {};
circular.self = circular;
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe('show', () => {
  it.each<[unknown, string]>([
    ['a', "'a'"],
    ['', "''"],
    ['a\nb\0\u2028', "'a\\u000ab\\u0000\\u2028'"],
    [5, '5'],
    [-0, '0'],
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [5n, '5'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [() => 5, 'a function'],
    [/a\/b/g, '/a\\/b/g'],
    [[1, 'a', null], '[1,"a",null]'],
    [{ a: { b: 1n, c: /x/, d: Symbol('s') } }, '{"a":{"b":"1","c":"/x/","d":"Symbol(s)"}}'],
    [{ f: () => 5 }, '{"f":"() => 5"}'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    [Object.create(null), '{}'],
    [new Map([[1, 2]]), '{}'],
  ])('%o as %s', (value, expected) => {
    expect(show(value)).toBe(expected);
  });

  it('cuts at 80 characters', () => {
    expect(show('a'.repeat(78))).toBe(`'${'a'.repeat(78)}'`);
    expect(show('a'.repeat(79))).toBe(`'${'a'.repeat(76)}...`);
    expect(show(Array.from({ length: 1_000 }, (_, index) => index))).toMatch(/^\[0,1,2.*\.\.\.$/);
  });

  it('does not look at all of what is large', () => {
    let looked = 0;
    const entry = { toJSON: () => (looked += 1) };
    expect(show(Array<unknown>(1_000_000).fill(entry))).toBe('an object that is too large to be shown');
    expect(looked).toBeLessThan(20_000);
  });

  it.each<[string, unknown]>([
    ['a circle', circular],
    ['a throwing toJSON', { toJSON: throwing }],
    [
      'a throwing getter',
      {
        get a(): never {
          return throwing();
        },
      },
    ],
    [
      'a throwing tag',
      {
        toJSON: throwing,
        get [Symbol.toStringTag](): never {
          return throwing();
        },
      },
    ],
    ['a revoked proxy', revoked()],
    ['an object too deep', Array.from({ length: 20_000 }).reduce<unknown>((inner) => [inner], [])],
  ])('says of %s that it cannot be shown', (_name, value) => {
    expect(show(value)).toBe('an object that cannot be shown');
  });

  it('shows an object whose toJSON gives nothing', () => {
    expect(show({ toJSON: () => undefined })).toBe('null');
  });

  it('is a short line, whatever the value', () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    });
    fc.assert(
      fc.property(fc.oneof(anything, fc.string({ unit: 'binary-ascii' })), (value) => {
        const text = show(value);
        expect(text).toMatch(/^.{1,80}$/u);
      }),
      { numRuns: 500 },
    );
  });
});
