import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import type { reconcile as Reconcile } from '../../src/reconcile/reconcile.js';
import { histories } from './histories.js';
import { playHistory } from './history.js';

/** What is broken, where, and how. */
const mutants = [
  ['starts before its dependencies', 'replace', "if (gate.state !== 'open') {", 'if (false) {'],
  ['takes a dependency that is not ready for ready', 'gate', "current?.state === 'ready' :", 'current !== undefined :'],
  [
    'takes a condition of an older generation for met',
    'gate',
    'latchOf(slot, condition) >= generation',
    'latchOf(slot, condition) > 0',
  ],
  ['takes one ready instance of a dependency for all', 'gate', "if (each === 'waiting') state = 'waiting';", ''],
  [
    'takes a dependency without instances for ready',
    'gate',
    "if (service.instances.length === 0) return 'waiting';",
    '',
  ],
  [
    'stops the old run before the new one is ready',
    'replace',
    "current.state === 'ready' ? undefined : others",
    "current.state !== 'stopping' ? undefined : others",
  ],
  ['keeps old runs', 'replace', 'else if (run !== kept) stop(view, run);', ''],
  [
    'starts more than surge allows',
    'replace',
    'occupied < service.instances.length + limits.surge',
    'occupied <= service.instances.length + limits.surge',
  ],
  ['starts a third run of an instance', 'replace', 'older.length === 1 && ', ''],
  [
    'stops more instances than may be missing',
    'replace',
    'missing < Math.max(1, maxUnavailable)',
    'missing <= Math.max(1, maxUnavailable)',
  ],
  [
    'never stops one when none may be missing',
    'replace',
    'missing < Math.max(1, maxUnavailable)',
    'missing < maxUnavailable',
  ],
  [
    'starts more at once than allowed',
    'replace',
    'view.starting() >= limits.parallel',
    'view.starting() > limits.parallel',
  ],
  [
    'restarts for each dependency that it has not seen',
    'gate',
    '(before[Number(instance)] ?? run) !== run',
    'before[Number(instance)] !== run',
  ],
  [
    'never restarts for a dependency',
    'gate',
    'if (!dependency.restart || before === undefined) return false;',
    'return false;',
  ],
  ['restarts for a dependency without being asked to', 'gate', '!dependency.restart || ', ''],
  ['restarts while a dependency is still away', 'replace', "&& gateOf(view, service).state === 'open')", ')'],
  [
    'stops dependencies first',
    'leave',
    'const free = leaving.filter((key) => !hasDependents(allDependencies)(key));',
    'const free = leaving;',
  ],
  ['stops what was deleted in no order', 'leave', 'flatMap(({ dependencies }) => dependencies)', 'flatMap(() => [])'],
  ['keeps what was deleted', 'leave', 'if (!isActive(run)) remove(view, run);', 'if (false) remove(view, run);'],
  ['keeps surplus instances', 'leave', 'else if (service !== undefined && !isLeaving(view, key)) stop(view, run);', ''],
  [
    'starts an ended run again',
    'replace',
    "current === undefined || current.state === 'stopped'",
    "current === undefined || current.state === 'stopped' || current.state === 'ended'",
  ],
  [
    'goes on with a change that failed',
    'abandon',
    "return state === 'backingOff' || state === 'failed' || attempt > 1;",
    'return false;',
  ],
  [
    'starts a change again that was given up',
    'replace',
    '>= firstGeneration(service) ? before : wanted',
    '>= firstGeneration(service) ? wanted : wanted',
  ],
  ['gives up a change that was reported', 'abandon', ' || wanted <= (view.progressOf(service).reported ?? 0)', ''],
  [
    'gives up one generation of many',
    'abandon',
    'generation: highestGeneration(service), ...why',
    'generation: service.generation, ...why',
  ],
  ['depends on the order of what it sees', 'view', 'if (runs.length > 1) runs.sort(byInstance);', 'void runs;'],
  ['reports a change again and again', 'report', 'if (settled === generation) return;', ''],
  [
    'reports before the old runs are gone',
    'report',
    "if (view.runsOf(key).some((run) => isActive(run) && run.state !== 'ready')) return;",
    '',
  ],
] as const;

const folder = mkdtempSync('.mutants-');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The reconciler with one file changed, compiled into a folder of its own. */
async function mutant(index: number, file: string, from: string, to: string): Promise<typeof Reconcile> {
  const target = join(folder, String(index));
  mkdirSync(target);
  for (const name of readdirSync('src/reconcile')) {
    const source = readFileSync(`src/reconcile/${name}`, 'utf8');
    if (name === `${file}.ts`) expect(source.split(from), `the text to change in ${name}`).toHaveLength(2);
    const text = name === `${file}.ts` ? source.replace(from, () => to) : source;
    const compilerOptions = {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      verbatimModuleSyntax: true,
    };
    writeFileSync(join(target, name.replace(/ts$/, 'js')), ts.transpileModule(text, { compilerOptions }).outputText);
  }
  const loaded = (await import(/* @vite-ignore */ resolve(target, 'reconcile.js'))) as {
    readonly reconcile: typeof Reconcile;
  };
  return loaded.reconcile;
}

describe('a broken reconciler is found out', () => {
  it.each(mutants.map(([title, ...change], index) => [title, index, ...change] as const))(
    'that %s',
    async (_title, index, file, from, to) => {
      const reconcile = await mutant(index, file, from, to);
      const outcome = fc.check(
        fc.property(histories, (history) => {
          playHistory(reconcile, history);
        }),
        { numRuns: 2_000, endOnFailure: true, seed: 1 },
      );
      expect(outcome.failed).toBe(true);
    },
  );
});
