import { describe, expect, it } from 'vitest';
import { findLogProblem } from '../../../src/model/schema/logSchema.js';
import { parseSpec } from '../../../src/model/schema/parseSpec.js';

const log = { file: 'a.log', direct: true };
const spec = { command: 'x', output: false, log };

describe('log.direct', () => {
  it.each<[what: string, given: object, message: RegExp]>([
    ['output events', { output: true }, /beside output events.*Set output: false/],
    ['output events by default', { output: undefined }, /beside output events/],
    ['stripANSI', { stripANSI: true }, /beside stripANSI/],
    ['a format', { log: { ...log, format: 'json' } }, /beside format 'json'/],
    ['rotation', { log: { ...log, rotate: { size: 9 } } }, /beside rotate/],
    ['fsync', { log: { ...log, fsync: 'end' } }, /beside fsync/],
    ['onFull', { log: { ...log, onFull: 'drop' } }, /beside onFull/],
    ['maxLineLength', { maxLineLength: 80 }, /beside maxLineLength/],
    ['readiness by a line', { ready: { line: 'up' } }, /beside ready: \{ line \}/],
  ])('is refused beside %s', (_what, given, message) => {
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
