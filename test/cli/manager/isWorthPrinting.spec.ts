import { describe, expect, it } from 'vitest';
import { isWorthPrinting } from '../../../src/cli/manager/runServices$.js';
import type { LogSpec } from '../../../src/index.js';

const origin = { id: 1, attempt: 1 };
const ready = { type: 'ready', ...origin } as const;
const output = (stream: 'stdout' | 'stderr') => ({ type: 'output', stream, text: 'line\n', ...origin }) as const;

describe('isWorthPrinting', () => {
  it.each<[string, string | LogSpec | undefined, boolean, boolean]>([
    ['no log', undefined, true, true],
    ['a path', 'a.log', false, false],
    ['a file', { file: 'a.log' }, false, false],
    ['a file for each stream', { stdout: 'a.log', stderr: 'b.log' }, false, false],
    ['a file for stdout', { stdout: 'a.log' }, false, true],
    ['a file for stderr', { stderr: 'b.log' }, true, false],
  ])('with %s, output that no log holds', (_, log, stdout, stderr) => {
    expect(isWorthPrinting(output('stdout'), { log })).toBe(stdout);
    expect(isWorthPrinting(output('stderr'), { log })).toBe(stderr);
  });

  it('readiness that was asked for', () => {
    expect(isWorthPrinting(ready, {})).toBe(false);
    expect(isWorthPrinting(ready, { ready: 'spawn' })).toBe(false);
    expect(isWorthPrinting(ready, { ready: 'message' })).toBe(true);
    expect(isWorthPrinting(ready, { ready: { line: 'up' } })).toBe(true);
    expect(isWorthPrinting(ready, { exec: 'cluster' })).toBe(true);
    expect(isWorthPrinting(ready, { exec: 'cluster', ready: 'spawn' })).toBe(false);
  });

  it('whatever else happens, log or not', () => {
    expect(isWorthPrinting({ type: 'stable', ...origin }, { log: 'a.log' })).toBe(true);
  });
});
