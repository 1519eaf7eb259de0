import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const text = readFileSync('docs/comparison.md', 'utf8');
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.endsWith('| proven by |'))
  .map((line) => {
    const cells = line.slice(2, -2).split(' | ');
    return { what: cells[0]!, how: cells.at(-2)!, proof: cells.at(-1)!, cells: cells.length };
  });

/** Names of tests as link texts, and their specs. */
const proofsIn = (cell: string): { readonly name: string; readonly spec: string }[] =>
  [...cell.matchAll(/\[`([^`]+)`\]\(\.\.\/(test\/[^)]+\.spec\.ts)\)/g)].map(([, name, spec]) => ({
    name: name!,
    spec: spec!,
  }));

const read = new Map<string, ReadonlySet<string>>();

/** The names of the tests in a spec, as they are written there: `%s` and all. */
function namesIn(spec: string): ReadonlySet<string> {
  const known = read.get(spec);
  if (known !== undefined) return known;
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const [title] = ts.isCallExpression(node) ? node.arguments : [];
    if (title !== undefined && ts.isStringLiteralLike(title) && /^(it|test)\b(?!\.(skip|todo)\b)/.test(node.getText()))
      names.add(title.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(spec, readFileSync(spec, 'utf8'), ts.ScriptTarget.Latest, true));
  read.set(spec, names);
  return names;
}

describe('each row of docs/comparison.md', () => {
  it.each(rows)('$what', ({ how, proof, cells }) => {
    expect(cells).toBeGreaterThanOrEqual(2);
    expect(how, 'a link to the page that explains it').toMatch(/\]\([^)]*\.md(#[^)]+)?\)/);
    const proofs = proofsIn(proof);
    if (proof.startsWith('none: ')) return;
    expect(proofs, 'tests, and nothing but tests').toHaveLength(proof.split('](').length - 1);
    expect(proofs).not.toEqual([]);
    expect(proofs.filter(({ spec }) => !existsSync(join(spec)))).toEqual([]);
    expect(proofs.filter(({ name, spec }) => !namesIn(spec).has(name))).toEqual([]);
  });
});

it('names are those of tests, not of what merely looks like one', () => {
  const names = namesIn('test/comparison.spec.ts');
  expect([...names]).toEqual(['$what', 'names are those of tests, not of what merely looks like one']);
  expect(rows.length).toBeGreaterThan(100);
});
