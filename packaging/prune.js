// Takes out of dist what nobody loads: declarations that no export of package.json leads to, and modules that are empty
// because they hold types alone. test/real/package.spec.ts holds what is left against the exports.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

/** @type {{ exports: Record<string, string | { types: string }> }} */
const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : target.types));
const program = ts.createProgram(entries, { module: ts.ModuleKind.NodeNext });
const read = new Set(program.getSourceFiles().map(({ fileName }) => resolve(fileName)));

/** @param {string} path */
const isLoaded = (path) =>
  path.endsWith('.d.ts') ? read.has(resolve(path)) : readFileSync(path, 'utf8').trim() !== 'export {};';

const paths = readdirSync('dist', { recursive: true, encoding: 'utf8' }).map((name) => join('dist', name));
for (const path of paths.filter((path) => path.endsWith('.ts') || path.endsWith('.js')))
  if (!isLoaded(path)) rmSync(path);
