import { describe, expect, it } from 'vitest';
import type { LogSpec } from '../../../src/index.js';
import { planLog, planRotation } from '../../../src/model/spec/logPlan.js';

const resolve = (path: string): string => `/logs/${path.replace('./', '')}`;

const defaults = { onFull: 'block', direct: false, file: { rotate: undefined, fsync: 'never' } };

describe('planLog', () => {
  it.each<[string, string | LogSpec, [string, string | undefined][]]>([
    ['a path: both streams', 'a', [['/logs/a', undefined]]],
    ['a file: both streams', { file: 'a' }, [['/logs/a', undefined]]],
    [
      'a file for each',
      { stdout: 'a', stderr: 'b' },
      [
        ['/logs/a', 'stdout'],
        ['/logs/b', 'stderr'],
      ],
    ],
    ['one and the same for each', { stdout: 'a', stderr: 'a' }, [['/logs/a', undefined]]],
    ['the same by another name', { stdout: './a', stderr: 'a' }, [['/logs/a', undefined]]],
    ['stdout only', { stdout: 'a' }, [['/logs/a', 'stdout']]],
    ['stderr only', { stderr: 'a', stdout: undefined }, [['/logs/a', 'stderr']]],
    ['none', {}, []],
  ])('%s', (_name, log, files) => {
    expect(planLog(log, false, resolve)).toEqual({
      files: files.map(([path, stream]) => ({ path, stream })),
      ...defaults,
      format: 'plain',
      stripANSI: false,
    });
  });

  it('keeps format and stripping', () => {
    const format = (line: string): string => line;
    expect(planLog({ file: 'a', format }, true, resolve)).toMatchObject({ format, stripANSI: true });
    expect(planLog({ stdout: 'a', format: 'json' }, false, resolve).format).toBe('json');
    expect(planLog({ file: 'a', rotate: { size: 9 } }, false, resolve).file.rotate?.size).toBe(9);
  });
});

it('planRotation: what is not given is no limit, but for the number of files', () => {
  const { keep, ...limits } = planRotation({ size: 9 });
  expect([keep, limits]).toEqual([10, { size: 9, interval: Infinity, keepSize: Infinity, gzip: false }]);
  const given = { size: 1, interval: 2, keep: 3, keepSize: 4, gzip: true };
  expect(planRotation(given)).toEqual(given);
  expect(planRotation({ interval: 2 }).size).toBe(Infinity);
});
