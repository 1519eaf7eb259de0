import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folder } from './bench.js';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin: { readonly rxvisor: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

const run = promisify(execFile);
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const targets = Object.entries(manifest.exports).map(([path, target]) => ({
  name: posix.join('rxvisor', path),
  files: typeof target === 'string' ? [target] : [target.types, target.default],
}));
const modules = targets.map(({ name }) => name).filter((name) => !name.endsWith('.json'));

/** The package as a registry would have it, unpacked where only what it depends on is installed. */
const home = mkdtempSync(join(tmpdir(), 'rxvisor-package-'));
afterAll(() => rmSync(home, { recursive: true }));
let size = 0;
let files: readonly string[] = [];

const text = (path: string): string => readFileSync(join(home, 'node_modules/rxvisor', path), 'utf8');
const ending = (end: string): readonly string[] => files.filter((path) => path.endsWith(end));

beforeAll(async () => {
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', home]);
  const [archive] = readdirSync(home);
  size = statSync(join(home, archive!)).size;
  const unpacked = join(home, 'node_modules/rxvisor');
  mkdirSync(unpacked, { recursive: true });
  await run('tar', ['-xzf', join(home, archive!), '-C', unpacked, '--strip-components=1']);
  mkdirSync(join(home, 'node_modules/@types'));
  for (const name of ['rxjs', '@types/node', ...Object.keys(manifest.dependencies)])
    symlinkSync(resolve('node_modules', name), join(home, 'node_modules', name));
  files = readdirSync(unpacked, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(entry.parentPath.slice(unpacked.length + 1), entry.name));
}, 120_000);

describe('the package', () => {
  it('is smaller than 1 MB', () => {
    expect(size).toBeLessThan(1_000_000);
  });

  it('holds the programs, their declarations, the docs and the examples: no source, no spec, no map', () => {
    const top = new Set(files.map((path) => path.replace(/\/.*/, '')));
    expect([...top].sort()).toEqual([
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'bench',
      'config.schema.json',
      'dist',
      'docs',
      'examples',
      'guardian',
      'marbles',
      'package.json',
      'preload',
    ]);
    const built = files.filter((path) => path.startsWith('dist/'));
    expect(built.filter((path) => !/\.d\.ts$|(?<!\.spec|\.test|\.marbles)\.js$/.test(path))).toEqual([]);
    expect(built.filter((path) => text(path).includes('sourceMappingURL'))).toEqual([]);
  });

  it('has what its exports and its command name', () => {
    const named = [...targets.flatMap((target) => target.files), ...Object.values(manifest.bin)];
    expect(named.map((path) => posix.normalize(path)).filter((path) => !files.includes(path))).toEqual([]);
  });

  it('has what its README links to', () => {
    const links = [...text('README.md').matchAll(/\]\(([^)#:]+)[^):]*\)/g)].map(([, link]) => link!);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((link) => !files.some((path) => path === link || path.startsWith(link)))).toEqual([]);
  });

  it.each(['.js', '.d.ts'])('has each file that one of its %s imports', (end) => {
    const imports = ending(end).flatMap((path) =>
      [...text(path).matchAll(/(?:\bfrom |^import |\bimport\()\s*['"](\.[^'"]+)\.js['"]/gm)].map(
        ([, to]) => posix.join(dirname(path), to!) + end,
      ),
    );
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.filter((path) => !files.includes(path))).toEqual([]);
  });

  it('has types that compile without settings beyond `strict`, and without skipLibCheck', async () => {
    const program = targets.map(({ name }, index) =>
      name.endsWith('.json')
        ? `import module${index} from '${name}' with { type: 'json' };`
        : `import * as module${index} from '${name}';`,
    );
    const all = `console.log(${targets.map((_, index) => `module${index}`).join(', ')});`;
    writeFileSync(join(home, 'all.mts'), [...program, all].join('\n'));
    const settings = ['--strict', '--noEmit', '--module', 'NodeNext', '--skipLibCheck', 'false', '--resolveJsonModule'];
    const { stdout } = await run(
      process.execPath,
      [resolve('node_modules/typescript/bin/tsc'), ...settings, 'all.mts'],
      {
        cwd: home,
      },
    ).catch((error: unknown) => error as { stdout: string });
    expect(stdout).toBe('');
  }, 120_000);

  it('loads the types of Node from each of its names: TypeScript 6 and later do not load them by themselves', () => {
    const types = targets.flatMap((target) => target.files).filter((path) => path.endsWith('.d.ts'));
    expect(types.filter((path) => !text(posix.normalize(path)).startsWith('/// <reference types="node"'))).toEqual([]);
  });

  it('explains itself in editors', () => {
    expect(text('dist/operators/restartAt.d.ts')).toContain('@example');
  });

  it('can be imported by each of its names, and run, where nothing else is installed', async () => {
    const program = modules.map((name) => `console.log(Object.keys(await import('${name}')).length > 0);`).join('\n');
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], { cwd: home });
    expect(stdout).toBe('true\n'.repeat(modules.length));
    const command = join(home, 'node_modules/rxvisor', manifest.bin.rxvisor);
    const { stdout: help } = await run(process.execPath, [command, '--help'], { cwd: home });
    expect(help).toContain('rxvisor');
  });
});

describe('what only a feature needs is loaded when it is used', () => {
  const core = ['rxjs', 'split2', 'strip-ansi', 'valibot'];
  const own: Readonly<Record<string, readonly string[]>> = {
    'rxvisor/child': [],
    'rxvisor/worker': [],
    'rxvisor/session/worker': [],
  };

  it.each(modules)('import %s', async (name) => {
    const loaded = join(folder(), 'loaded');
    await run(process.execPath, ['--input-type=module', '--eval', `import '${name}';`], {
      env: { ...process.env, NODE_V8_COVERAGE: loaded },
    });
    const scripts = readdirSync(loaded).map((file) => readFileSync(join(loaded, file), 'utf8'));
    const packages = new Set(
      [...scripts.join('').matchAll(/"file:[^"]*\/node_modules\/((?:@[^"/]+\/)?[^"/]+)/g)].map(([, found]) => found!),
    );
    const direct = [...packages].filter((found) =>
      ['rxjs', 'nodemailer', ...Object.keys(manifest.dependencies)].includes(found),
    );
    const allowed = own[name] ?? core;
    expect(scripts.join('')).toContain('/dist/');
    expect(direct.filter((found) => !allowed.includes(found))).toEqual([]);
  });
});
