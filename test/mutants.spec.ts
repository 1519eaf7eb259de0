import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** What is broken, and the policy whose marble has to fail for it. */
const mutants = [
  ['off by one', 'operators/restartPolicy', 'schedule(crashes + 1)', 'schedule(crashes + 2)', 'The default schedule'],
  [
    'no reset',
    'operators/restartPolicy',
    "if (event.type === 'stable') crashes = 0;",
    '',
    'Stable: the schedule starts over',
  ],
  ['no repeat', 'model/spec/schedule', 'Math.min(crashes, delays.length) - 1', 'crashes - 1', 'The default schedule'],
  [
    'a reset too early',
    'operators/deadline',
    'timer(step, scheduler).pipe(',
    'timer(step - 1, scheduler).pipe(',
    'Not quite stable',
  ],
  ['a delay of 0', 'operators/restartAt', 'timer(decision.delay, ', 'timer(0, ', 'The default schedule'],
  ['a step too short', 'operators/deadline', 'left -= step;', 'left -= step + 1;', 'Not quite stable'],
  [
    'one restart too many',
    'operators/restartPolicy',
    'const restarts = limit && slidingWindow(limit);',
    'const restarts = limit && slidingWindow({ ...limit, max: limit.max + 1 });',
    'A limit',
  ],
  [
    'a stop ignored',
    'operators/restartAt',
    "command$.pipe(filter(({ type }) => type === 'stop')),",
    '',
    'A stop in the back-off',
  ],
  [
    'a restart counted',
    'operators/restartPolicy',
    "if (requested === 'restart') return { type: 'now', delay: 0 };",
    '',
    'A restart command',
  ],
] as const;

/** Plays every policy in every folder, and says which do not do as they promise. */
const runner = `
import { readdirSync } from 'node:fs';
const here = (path) => new URL('./' + path, import.meta.url);
const broken = {};
for (const folder of process.argv.slice(2)) {
  const { rehearse } = await import(here(folder + '/marbles/kit/rehearse.js'));
  broken[folder] = [];
  for (const file of readdirSync(here(folder + '/marbles')).filter((file) => file.endsWith('.marbles.js'))) {
    const { default: policy } = await import(here(folder + '/marbles/' + file));
    const { actual, expected } = rehearse(policy);
    if (JSON.stringify(actual) !== JSON.stringify(expected)) broken[folder].push(policy.title);
  }
}
console.log(JSON.stringify(broken));
`;

// Inside the repository, so that the copies find the packages they import.
const folder = mkdtempSync('.mutants-');
let broken: Readonly<Record<string, readonly string[]>> = {};

function put(path: string, source: string): void {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path.replace(/\.ts$/, '.js'), ts.transpileModule(source, { compilerOptions }).outputText);
}

/** What the policies of operators are made of, and no more: it is loaded once for each mutant. */
function isNeeded(path: string): boolean {
  return /^src\/(index|(model|operators)\/.*|testing\/legend)\.ts$|^marbles\/(?!kit\/(callOf|draw)|cron|probe).*\.ts$/.test(
    path,
  );
}

beforeAll(async () => {
  const sound = join(folder, 'sound');
  const paths = ['src', 'marbles'].flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => join(root, path)),
  );
  for (const path of paths.filter(isNeeded)) put(join(sound, path), readFileSync(path, 'utf8'));
  const index = join(sound, 'src/index.js');
  const exported = readFileSync(index, 'utf8').split('\n');
  writeFileSync(index, exported.filter((line) => /'\.\/(model|operators)\//.test(line)).join('\n'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'run.js'), runner);
  for (const [index, [, file, good, bad]] of mutants.entries()) {
    const source = readFileSync(`src/${file}.ts`, 'utf8');
    // One that no longer applies would prove nothing.
    expect(source.split(good), `${file}.ts no longer holds: ${good}`).toHaveLength(2);
    cpSync(sound, join(folder, String(index)), { recursive: true });
    put(join(folder, String(index), 'src', `${file}.ts`), source.replace(good, bad));
  }
  const folders = ['sound', ...mutants.keys()].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, ['run.js', ...folders], {
    cwd: folder,
    timeout: 60_000,
  });
  broken = JSON.parse(stdout) as typeof broken;
}, 90_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe('whoever breaks a restart policy breaks a marble', () => {
  it('as they are, none is broken', () => {
    expect(broken.sound).toEqual([]);
  });

  it.each(mutants.map(([name, , , , title], index) => ({ name, title, index })))(
    '$name: $title',
    ({ title, index }) => {
      expect(broken[index]).toContain(title);
    },
  );
});
