import { readdirSync, readFileSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const paths = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'));
const texts = new Map(paths.map((path) => [path, readFileSync(`src/${path}`, 'utf8')]));

/** The files that a file imports: also those of which it takes types only, or which it loads later. */
function importsOf(path: string): readonly string[] {
  const specifiers = texts.get(path)!.matchAll(/(?:\bfrom|^import|\bimport\()\s*'(\.[^']+)\.js'/gm);
  return [...specifiers].map(([, to]) => posix.join(dirname(path), `${to!}.ts`));
}

/** The files from which a way leads back to them. */
function circles(): readonly string[] {
  const imports = new Map(paths.map((path) => [path, importsOf(path)]));
  const reaches = (from: string, to: string): boolean => {
    const seen = new Set<string>();
    const next = [...imports.get(from)!];
    for (let path = next.pop(); path !== undefined; path = next.pop()) {
      if (path === to) return true;
      if (seen.has(path)) continue;
      seen.add(path);
      next.push(...(imports.get(path) ?? []));
    }
    return false;
  };
  return paths.filter((path) => reaches(path, path));
}

describe('src', () => {
  it('has no file of more than 220 lines', () => {
    expect(paths.filter((path) => texts.get(path)!.split('\n').length - 1 > 220)).toEqual([]);
  });

  it('has no folder of more than 20 files', () => {
    const folders = [...new Set(paths.map((path) => dirname(path)))];
    expect(folders.filter((folder) => paths.filter((path) => dirname(path) === folder).length > 20)).toEqual([]);
  });

  it('imports only files that there are', () => {
    expect(paths.flatMap(importsOf).filter((path) => !texts.has(path))).toEqual([]);
  });

  it('has no circle between files', () => {
    expect(circles()).toEqual([]);
  });
});
