// Takes out of dist what nobody loads: declarations that no export of package.json leads to, modules that are empty because
// they hold types alone, and the indentation of the others. Lines stay as they are, for stack traces.
// test/real/package.spec.ts holds what is left against the exports.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

/** @type {{ exports: Record<string, string | { types: string }> }} */
const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : target.types));
const program = ts.createProgram(entries, { module: ts.ModuleKind.NodeNext });
const read = new Set(program.getSourceFiles().map(({ fileName }) => resolve(fileName)));

const paths = readdirSync('dist', { recursive: true, encoding: 'utf8' }).map((name) => join('dist', name));
for (const path of paths.filter((path) => path.endsWith('.d.ts'))) if (!read.has(resolve(path))) rmSync(path);
for (const path of paths.filter((path) => path.endsWith('.js'))) {
  const text = readFileSync(path, 'utf8');
  if (text.trim() === 'export {};') rmSync(path);
  else writeFileSync(path, withoutIndentation(text));
}

/** @param {string} text */
function withoutIndentation(text) {
  /** @type {{ start: number, end: number }[]} */
  const literals = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node))
      literals.push({ start: node.getStart(), end: node.getEnd() });
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('module.js', text, ts.ScriptTarget.Latest, true));
  const isLiteral = (/** @type {number} */ at) => literals.some(({ start, end }) => start < at && at < end);
  return text.replace(/^ +/gm, (indentation, /** @type {number} */ at) => (isLiteral(at) ? indentation : ''));
}
