import { describe, expect, it } from 'vitest';
import { RxvisorError, type Status, type Target } from '../../src/index.js';
import { matches } from '../../src/model/target.js';

const status = (identity: Partial<Status>): Status => ({
  state: 'online',
  since: 0,
  attempt: 1,
  restarts: 0,
  crashes: 0,
  ...identity,
});
const all = [
  status({ id: 1, name: 'api', pid: 10 }),
  status({ id: 2, name: 'api', pid: 11 }),
  status({ id: 3, name: '3' }),
  status({ id: 4, pid: 12 }),
];
const ids = (target: Target): (number | undefined)[] => all.filter(matches(target)).map(({ id }) => id);

describe('matches', () => {
  it.each<[string, Target, number[]]>([
    ['a name: all that bear it', 'api', [1, 2]],
    ['a name that nobody bears', 'web', []],
    ['a name of digits is no id', '3', [3]],
    ['an id', 4, [4]],
    ['an id that nobody has', 9, []],
    ['a pid', { pid: 11 }, [2]],
    ['a pid that nobody has', { pid: 3 }, []],
    ['a predicate', ({ pid }) => pid === undefined, [3]],
    ['a predicate for all', () => true, [1, 2, 3, 4]],
  ])('%s', (_name, target, expected) => {
    expect(ids(target)).toEqual(expected);
  });

  it.each<[string, unknown, string]>([
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['true', true, 'true'],
    ['a list', ['api'], '["api"]'],
    ['an object', { name: 'api' }, '{"name":"api"}'],
    ['an object without a prototype', Object.create(null), '{}'],
    ['no pid', { pid: undefined }, '{}'],
    ['a pid that is no number', { pid: '10' }, '{"pid":"10"}'],
    ['a pid that is not whole', { pid: 1.5 }, '{"pid":1.5}'],
    ['an empty name', '', "''"],
    ['an id that is no number', NaN, 'NaN'],
    ['an id that is not whole', 1.5, '1.5'],
    ['a pid beside a name', { pid: 10, name: 'api' }, '{"pid":10,"name":"api"}'],
    ['a symbol', Symbol('api'), 'Symbol(api)'],
  ])('%s is an error, never "all"', (_name, target, shown) => {
    const error = new RxvisorError(
      'ERR_TARGET',
      `target: ${shown} names no child. Give a name, an id, { pid } or a predicate. For all children, use stopAll().`,
    );
    expect(() => matches(target as Target)).toThrow(error);
    expect(error.code).toBe('ERR_TARGET');
  });
});
