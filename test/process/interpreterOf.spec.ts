import { describe, expect, it } from 'vitest';
import { interpreterOf } from '../../src/process/resolveLaunch.js';

describe('interpreterOf', () => {
  it.each([
    ['a.js', true, []],
    ['a.MJS', true, []],
    ['a.cjs', true, []],
    ['a.ts', true, []],
    ['folder', true, []],
    ['a.py', false, ['python3', 'python']],
    ['a.sh', false, ['bash', 'sh']],
    ['a.rb', false, ['ruby']],
    ['a.pl', false, ['perl']],
    ['a.php', false, ['php']],
  ])('%s: %s %s', (script, node, programs) => {
    expect(interpreterOf(script, undefined)).toEqual({ node, programs });
  });

  it('knows no runner for an extension of another kind', () => {
    expect(interpreterOf('a.exe', undefined)).toBeUndefined();
  });

  it.each([
    ['/usr/bin/node', true],
    ['node20', true],
    ['node.exe', true],
    ['nodemon', false],
    ['/opt/node/python', false],
  ])('interpreter %s: %s', (interpreter, node) => {
    expect(interpreterOf('a.exe', interpreter)).toEqual({ node, programs: [interpreter] });
  });
});
