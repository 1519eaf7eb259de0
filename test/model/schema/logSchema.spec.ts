import { describe, expect, it } from 'vitest';
import { findLogProblem } from '../../../src/model/schema/logSchema.js';
import { parseSpec } from '../../../src/index.js';

const log = { file: 'a.log', direct: true };
const spec = { command: 'x', output: false, log };

describe('log.direct', () => {
  it.each<[what: string, given: object, message: RegExp]>([
    ['output events', { output: true }, /does not work with output events.*Set output: false/],
    ['output events by default', { output: undefined }, /does not work with output events/],
    ['stripANSI', { stripANSI: true }, /does not work with stripANSI/],
    ['a format', { log: { ...log, format: 'json' } }, /does not work with format 'json'/],
    ['rotation', { log: { ...log, rotate: { size: 9 } } }, /does not work with rotate/],
    ['fsync', { log: { ...log, fsync: 'end' } }, /does not work with fsync/],
    ['onFull', { log: { ...log, onFull: 'drop' } }, /does not work with onFull/],
    ['maxLineLength', { maxLineLength: 80 }, /does not work with maxLineLength/],
    ['readiness by a line', { ready: { line: 'up' } }, /does not work with ready: \{ line \}/],
  ])('is refused with %s', (_what, given, message) => {
    expect(() => parseSpec({ ...spec, ...given })).toThrow(message);
  });

  it('is taken by itself', () => {
    expect(parseSpec(spec)).toEqual(spec);
    expect(parseSpec({ ...spec, log: { ...log, fsync: 'never', format: 'plain' } }).log).toMatchObject(log);
  });
});

it('findLogProblem names the field, down to the innermost', () => {
  expect(findLogProblem({ rotate: { size: -1 } })).toMatchObject({ field: 'rotate.size' });
  expect(findLogProblem({ fsync: 'x' })).toMatchObject({ field: 'fsync' });
  expect(findLogProblem({ rotate: { size: 1 }, fsync: 5, onFull: 'drop' })).toBeUndefined();
});

it('an unknown field of a rotation is named', () => {
  expect(() => parseSpec({ command: 'x', log: { file: 'a', rotate: { sise: 5 } } })).toThrow(
    "log.rotate.sise: unknown field, with value 5. Did you mean 'size'?",
  );
});
