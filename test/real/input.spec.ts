import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChildSpec, managed$, nodeEffects, SpecError } from '../../src/index.js';
import { folder, watch } from './bench.js';

/** What a JavaScript user may hand over. */
const given = (spec: unknown): ChildSpec => spec as ChildSpec;

describe('a wrong spec', () => {
  const wrong: Record<string, unknown[]> = {
    name: ['', 7],
    script: ['', 7, 'a\0b', 'main.exe'],
    args: ['a', [1], ['a\0b']],
    execArgv: ['a', [1]],
    cwd: ['', 7],
    env: ['a', { A: 1 }, { 'A=B': 'c' }, { A: 'b\0' }, ['A']],
    interpreter: ['', 7],
    log: ['', 7, { file: 7 }, { stdout: 'a', file: 'b' }, { file: 'a', format: 'xml' }],
    stripANSI: ['yes', 1],
    output: [0],
    restartAt: [100, [-1], [Number.NaN], [Infinity], [2 ** 31], ['1']],
    restartOk: [-1, '1', 2 ** 31],
    restartOn: ['always', true],
    stopExitCodes: [0, [256], [-1], [1.5]],
    limit: [3, { max: 0, within: 1 }, { max: 1.5, within: 1 }, { max: 1 }, { max: 1, within: 0 }],
    grace: [-1, Infinity, '200'],
    stopSignal: ['TERM', 15],
    ready: ['now', { line: 7 }, { line: '' }],
    readyTimeout: [-1],
    maxLineLength: [0, 1, 2.5],
    serialization: ['xml'],
  };
  const cases = Object.entries(wrong).flatMap(([field, values]) => values.map((value) => ({ field, value })));

  it('is refused before any effect, by an error that names field, value and remedy', () => {
    const log = join(folder(), 'logs', 'a.log');
    const effects = {
      ...nodeEffects,
      spawn: () => {
        throw new Error('spawned');
      },
    };
    fc.assert(
      fc.property(fc.constantFrom(...cases), ({ field, value }) => {
        const spec = given({ script: 'main.js', log, [field]: value });
        expect(() => managed$(spec, undefined, { effects })).toThrow(SpecError);
        expect(() => managed$(spec, undefined, { effects })).toThrow(
          new RegExp(`^${field}[\\w.[\\]]*: .+\\. (Give|Use|Put|Take|Remove|Known|Did).+\\.$`),
        );
        expect(existsSync(log)).toBe(false);
      }),
      { numRuns: cases.length * 4 },
    );
  });

  it.each([undefined, null, 7, 'main.js', [], () => undefined])('%s is refused', (spec) => {
    expect(() => managed$(given(spec))).toThrow(SpecError);
  });

  it('with an unknown field names the nearest known one', () => {
    expect(() => managed$(given({ script: 'a.js', restartsAt: [1] }))).toThrow(
      /restartsAt: .*Did you mean 'restartAt'\?/,
    );
    expect(() => managed$(given({ script: 'a.js', stripAnsi: true }))).toThrow(
      /stripAnsi: .*Did you mean 'stripANSI'\?/,
    );
  });

  it('with __proto__ and friends is refused, or they do nothing', () => {
    expect(() => managed$(given(JSON.parse('{"script":"a.js","__proto__":{"polluted":1}}')))).toThrow(SpecError);
    expect(() => managed$(given(JSON.parse('{"script":"a.js","constructor":{}}')))).toThrow(SpecError);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

it('__proto__ in an environment is a variable like any other', async () => {
  const env = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>;
  const child = watch({ command: 'env', env });
  await child.ended();
  expect(child.output()).toMatch(/^__proto__=x$/m);
  expect(child.output()).toMatch(/^constructor=y$/m);
});
