// docs/configuring.md has one table of all defaults. It must say what the code does.
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { backgroundSpec } from '../../../src/cli/config/backgroundSpec.js';
import { withCommandDefaults } from '../../../src/model/spec/commandDefaults.js';
import { loadServices } from '../../../src/cli/config/loadServices.js';
import { importPm2 } from '../../../src/cli/pm2/importPm2.js';
import { specFields } from '../../../src/model/schema/specSchema.js';
import type { ChildSpec } from '../../../src/model/spec/childSpec.js';
import type { Plan } from '../../../src/model/spec/plan.js';
import { settleTime } from '../../../src/model/startProgress.js';
import { planChild } from '../../../src/supervisor/planChild.js';

const page = readFileSync('docs/configuring.md', 'utf8');
const [sections = '', allDefaults = ''] = page.split('\n## All defaults\n');

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rxvisor-defaults-')));
afterAll(() => rmSync(folder, { recursive: true }));

const columns = ['library', 'run', 'start'] as const;
type Column = (typeof columns)[number];

/** The rows of a table by their first cell, which is a field. */
function rowsOf(table: string): ReadonlyMap<string, readonly string[]> {
  const cells = [...table.matchAll(/^\| (.*) \|$/gm)].map(([, line = '']) => line.split(' | '));
  return new Map(cells.flatMap(([field = '', ...rest]) => (/^`\w+`$/.test(field) ? [[field.slice(1, -1), rest]] : [])));
}

/** A spec as each of them makes it of the fewest fields. */
async function specsOf(more: ChildSpec = {}): Promise<Readonly<Record<Column, ChildSpec>>> {
  const config = join(folder, `${Object.values(more).join('')}.config.json`);
  writeFileSync(join(folder, 'a.js'), '');
  writeFileSync(config, JSON.stringify([{ script: 'a.js', ...more }]));
  const [service = {}] = await loadServices(config, []);
  return { library: { script: 'a.js', ...more }, run: withCommandDefaults(service), start: backgroundSpec(service) };
}

/** As code, with `_` in large numbers. */
function code(value: unknown): string {
  return `\`${source(value)}\``;
}

function source(value: unknown): string {
  if (typeof value === 'number') return String(value).replace(/\B(?=(\d{3})+$)/g, '_');
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(source).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([key, entry]) => `${key}: ${source(entry)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

const orNone = (value: unknown): string => (value === undefined ? 'none' : code(value));

/** The cell of each field. */
const cells: Readonly<Record<keyof ChildSpec, (plan: Plan, spec: ChildSpec, column: Column) => string>> = {
  name: ({ name }) => orNone(name),
  namespace: ({ namespace }) => orNone(namespace),
  script: () => '`main` of `cwd/package.json`',
  command: ({ program }) => orNone(program.command),
  args: ({ program }) => code(program.args),
  execArgv: ({ program }) => code(program.execArgv),
  interpreter: ({ program }) => (program.interpreter === undefined ? 'by extension' : code(program.interpreter)),
  cwd: ({ program }) =>
    program.cwd === folder ? 'the folder of the config' : program.cwd === process.cwd() ? 'that of the manager' : '?',
  env: ({ program }) => code(program.env),
  envFile: ({ program }) => (program.envFiles.length === 0 ? 'none' : '?'),
  dependsOn: (_plan, { dependsOn }) => orNone(dependsOn),
  extendEnv: ({ program }) => {
    if (typeof program.extendEnv !== 'object') return code(program.extendEnv);
    return program.extendEnv.PATH === process.env.PATH ? 'the environment of the command' : '?';
  },
  saveEnv: (_plan, { saveEnv = true }) => code(saveEnv),
  umask: ({ program }) => (program.umask === undefined ? "the manager's" : `that of the command`),
  log: (_plan, { log }) =>
    typeof log === 'object' ? `a file of its own, ${code({ rotate: log.rotate })}` : orNone(log),
  stripANSI: (_plan, { stripANSI = false }) => code(stripANSI),
  output: ({ output }) => code(output),
  restartAt: ({ restartAt }) => code(restartAt),
  restartOk: ({ restart }) => code(restart.restartOk),
  restartOn: ({ restart }) => code(restart.restartOn),
  stopExitCodes: ({ restart }) => code(restart.stopExitCodes),
  giveUpOn: ({ giveUpOn }) => code(giveUpOn),
  limit: ({ restart }) => orNone(restart.limit),
  onExit: ({ atEnd }) => code(atEnd.onExit),
  onFailure: ({ atEnd }) => code(atEnd.onFailure),
  grace: ({ stop }) => code(stop.grace),
  stopSignal: ({ stopSignal }) => code(stopSignal),
  ready: ({ ready }) => code(ready),
  readyTimeout: ({ readyTimeout }) => code(readyTimeout),
  settle: (_plan, { settle }, column) =>
    column === 'library'
      ? code(settle ?? 0)
      : `${code(settleTime({ settle }))}; ${code(settleTime({ settle, ready: 'message' }))} with a \`ready\` other than \`'spawn'\``,
  exec: (_plan, { exec }) => code(exec ?? 'fork'),
  liveness: ({ liveness }) => orNone(liveness),
  watch: ({ triggers }) => code(triggers.watch.on),
  cron: ({ triggers }) => (triggers.cron === undefined ? 'never' : code(triggers.cron)),
  maxRss: ({ triggers }) => (triggers.maxRss === undefined ? 'no limit' : code(triggers.maxRss)),
  maxLineLength: ({ maxLineLength }) => code(maxLineLength),
  serialization: ({ program }) => code(program.serialization),
  allowDetached: ({ allowDetached }) => code(allowDetached),
};

async function expectedRow(field: keyof ChildSpec): Promise<readonly string[]> {
  const [forked, clustered] = [await specsOf(), await specsOf({ exec: 'cluster' })];
  return columns.map((column) => {
    const cell = (spec: ChildSpec): string => cells[field](planChild(spec).plan, spec, column);
    const [plain, shared] = [cell(forked[column]), cell(clustered[column])];
    return plain === shared || field === 'exec' ? plain : `${plain}; ${shared} with \`exec: 'cluster'\``;
  });
}

describe('the table of all defaults', () => {
  const rows = rowsOf(allDefaults);

  it.each(specFields)('has the defaults of %s', async (field) => {
    expect(rows.get(field)).toEqual(await expectedRow(field as keyof ChildSpec));
  });

  it('has no other field, except those of a config', () => {
    expect([...rows.keys()].sort()).toEqual([...specFields, 'instances', 'profiles'].sort());
    expect(rows.get('profiles')).toEqual(['not in a spec', '`[]`', '`[]`']);
    expect(rows.get('instances')).toEqual(['not in a spec', '`1`', '`1`']);
  });

  it('agrees with the table of each section', () => {
    const sectionRows = rowsOf(sections);
    for (const [field, [, run]] of rows) {
      expect([field, sectionRows.get(field)?.[0]]).toEqual([field, run?.replace(/; .* with `exec: 'cluster'`$/, '')]);
    }
  });

  it('is followed by the grace period of pm2', () => {
    const imported = importPm2({ apps: [{ script: 'a.js' }] }, undefined);
    expect(imported?.services).toMatchObject([{ grace: 1_600 }]);
    expect(allDefaults).toContain('The services of a pm2 file have a `grace` of `1_600`, as in pm2.');
  });
});
