import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ignoreMatcher } from '../../../src/model/spec/triggers.js';

const is = (pattern: string, fromCwd: string, fromRoot = fromCwd) => ignoreMatcher([pattern])({ fromRoot, fromCwd });

describe('ignoreMatcher', () => {
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
    expect(ignoreMatcher(['a', 'b'])({ fromRoot: 'b', fromCwd: 'b' })).toBe(true);
    expect(ignoreMatcher([])({ fromRoot: 'b', fromCwd: 'b' })).toBe(false);
  });

  it('matches what a regular expression would', () => {
    const piece = fc.constantFrom('a', 'b', '/', '*', '**', '**/', '?', '.');
    const pattern = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(''));
    const path = fc.array(fc.constantFrom('a', 'b', '.', '/'), { maxLength: 8 }).map((chars) => chars.join(''));
    fc.assert(
      fc.property(pattern, path, path, (pattern, fromRoot, fromCwd) => {
        expect(ignoreMatcher([pattern])({ fromRoot, fromCwd })).toBe(byRegExp(pattern)({ fromRoot, fromCwd }));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    [`${'*a'.repeat(20)}*b`, 'a'.repeat(250)],
    [`${'**/a/'.repeat(20)}b`, 'a/'.repeat(2_000)],
    ['*'.repeat(10_000), 'a'.repeat(250)],
  ])('a pattern with many wildcards is fast: %s', (pattern, path) => {
    const began = performance.now();
    expect(ignoreMatcher([pattern, 'none'])({ fromRoot: path, fromCwd: path })).toBe(/^\*+$/.test(pattern));
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

/** The same by backtracking, which is right and can take for ever. */
function byRegExp(pattern: string): (path: { readonly fromRoot: string; readonly fromCwd: string }) => boolean {
  const wildcards: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
  const plain = pattern.replace(/^\.?\//, '').replace(/\/+$/, '');
  const source = plain.replace(/\*\*\/|\*\*|\*|\?|\./g, (part) => wildcards[part] ?? `\\${part}`);
  return ({ fromRoot, fromCwd }) =>
    pattern.slice(0, -1).includes('/')
      ? new RegExp(`^${source}(/|$)`).test(fromCwd)
      : new RegExp(`(^|/)${source}(/|$)`).test(fromRoot);
}
