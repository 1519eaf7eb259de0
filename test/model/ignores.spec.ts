import { describe, expect, it } from 'vitest';
import { ignores } from '../../src/model/ignores.js';

const is = (pattern: string, fromCwd: string, fromRoot = fromCwd) => ignores([pattern])({ fromRoot, fromCwd });

describe('ignores', () => {
  it.each([
    ['dist', 'dist'],
    ['dist', 'a/dist/b.js'],
    ['dist/', 'dist/b.js'],
    ['*.tmp', 'a/b.tmp'],
    ['.*.sw?', 'a/.b.swp'],
    ['a[1].js', 'a[1].js'],
    ['src/generated', 'src/generated/a/b.js'],
    ['./src/generated', 'src/generated'],
    ['/dist', 'dist/a'],
    ['src/*.js', 'src/a.js'],
    ['src/**/*.md', 'src/a.md'],
    ['src/**/*.md', 'src/a/b/c.md'],
    ['src/**', 'src/a/b'],
    ['../logs/*', '../logs/a.log'],
  ])('%s: %s', (pattern, path) => {
    expect(is(pattern, path)).toBe(true);
  });

  it.each([
    ['dist', 'distance/a'],
    ['dist', 'a.dist'],
    ['*.tmp', 'a.tmp.js'],
    ['a.js', 'axjs'],
    ['src/generated', 'lib/src/generated'],
    ['/dist', 'a/dist'],
    ['src/*.js', 'src/a/b.js'],
    ['?', 'ab'],
    ['dist', ''],
  ])('%s: not %s', (pattern, path) => {
    expect(is(pattern, path)).toBe(false);
  });

  it('a name is looked for below the folder that is watched, a path from the cwd', () => {
    expect(is('lib', 'lib/a.js', 'a.js')).toBe(false);
    expect(is('lib/a.js', 'lib/a.js', 'a.js')).toBe(true);
  });

  it('any of several will do, and none is none', () => {
    expect(ignores(['a', 'b'])({ fromRoot: 'b', fromCwd: 'b' })).toBe(true);
    expect(ignores([])({ fromRoot: 'b', fromCwd: 'b' })).toBe(false);
  });
});
